package aws

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

func setDefault(value *string, otherwise string) {
	if *value == "" {
		*value = otherwise
	}
}

func parentPath(path string) string {
	if i := strings.LastIndexByte(path, '/'); i >= 0 {
		return path[:i]
	}
	return ""
}

func rootSuffix(o Organization) string { return digest("root", o.ID, 4) }

func digestBytes(kind, name string) [32]byte { return sha256.Sum256([]byte(kind + "\x00" + name)) }

// digest derives n hexadecimal characters (64 at most) from a name.
func digest(kind, name string, n int) string {
	sum := digestBytes(kind, name)
	return hex.EncodeToString(sum[:])[:n]
}

// digitsOf derives n decimal digits (32 at most), the first not zero.
func digitsOf(sum [32]byte, n int) string {
	out := make([]byte, n)
	for i := range out {
		out[i] = '0' + sum[i]%10
	}
	if out[0] == '0' {
		out[0] = '1'
	}
	return string(out)
}

// guidOf forms an id as the identity store gives: a plain lower-case GUID.
func guidOf(sum [32]byte) string {
	h := hex.EncodeToString(sum[:16])
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}
