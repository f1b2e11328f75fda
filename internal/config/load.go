package config

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"github.com/knadh/koanf/parsers/yaml"
	"github.com/knadh/koanf/providers/env/v2"
	"github.com/knadh/koanf/providers/file"
	"github.com/knadh/koanf/v2"
)

// Sources are the layers over the defaults, the weakest first.
type Sources struct {
	File    string            // "": none
	Environ []string          // as os.Environ gives it
	Flags   map[string]string // key name → value, of flags that were given
}

// foreignVariables begin with TEAM_ and are not configuration: the command line's own, tests', and what Kubernetes
// sets in every container for a service that is called team.
func foreignVariable(name string) bool {
	switch name {
	case "TEAM_TOKEN", "TEAM_TOKEN_FILE", "TEAM_URL", "TEAM_CONFIG", "TEAM_PORT":
		return true
	}
	return strings.HasPrefix(name, "TEAM_TEST_") || strings.HasPrefix(name, "TEAM_PORT_") || strings.HasPrefix(name, "TEAM_SERVICE_")
}

// Load merges the layers and checks the result. An error names the layer, the key and what would be right.
func Load(s Sources) (Config, error) {
	c := Default()
	keys := map[string]Key{}
	for _, k := range c.Keys() {
		keys[k.Name] = k
	}
	if s.File != "" {
		if err := setFromFile(keys, s.File); err != nil {
			return Config{}, err
		}
	}
	if err := setFromEnvironment(keys, s.Environ); err != nil {
		return Config{}, err
	}
	for _, name := range slices.Sorted(maps.Keys(s.Flags)) {
		k, ok := keys[name]
		if !ok || k.FileOnly {
			return Config{}, fmt.Errorf("there is no flag for %s", name)
		}
		if err := k.set(s.Flags[name]); err != nil {
			return Config{}, fmt.Errorf("the flag --%s %w", k.Flag(), err)
		}
	}
	if err := c.check(); err != nil {
		return Config{}, fmt.Errorf("the configuration does not fit together: %w", err)
	}
	return *c, nil
}

// Default is the configuration when nothing is set.
func Default() *Config {
	c := new(Config)
	for _, k := range c.Keys() {
		if err := k.set(k.Default); err != nil {
			panic("default of " + k.Name + " " + err.Error()) // a mistake in keys.go, which a test finds
		}
	}
	return c
}

func setFromFile(keys map[string]Key, name string) error {
	k := koanf.New(".")
	if err := k.Load(file.Provider(name), yaml.Parser()); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("the configuration file %s does not exist", name)
		}
		return fmt.Errorf("read configuration file %s: %w", name, err)
	}
	all := k.All()
	for _, key := range slices.Sorted(maps.Keys(all)) {
		known, ok := keys[key]
		if !ok {
			return fmt.Errorf("the configuration file %s has the unknown key %s%s", name, key, suggestion(key, slices.Collect(maps.Keys(keys))))
		}
		value, err := scalar(all[key])
		if err == nil {
			err = known.set(value)
		}
		if err != nil {
			return fmt.Errorf("%s in the configuration file %s %w", key, name, err)
		}
	}
	return nil
}

func scalar(v any) (string, error) {
	switch v := v.(type) {
	case nil:
		return "", nil
	case string, bool, int, int64, uint64, float64:
		return fmt.Sprint(v), nil
	}
	return "", errors.New("must be one value, not a list or a group of keys")
}

func setFromEnvironment(keys map[string]Key, environ []string) error {
	byVariable := map[string]Key{}
	for _, k := range keys {
		byVariable[k.Variable()] = k
	}
	vars := koanf.New("\x00") // names are taken as they are
	provider := env.Provider("\x00", env.Opt{
		Prefix: variablePrefix, EnvironFunc: func() []string { return environ },
		TransformFunc: func(name, value string) (string, any) {
			if foreignVariable(name) {
				return "", nil
			}
			return name, value
		},
	})
	if err := vars.Load(provider, nil); err != nil {
		return fmt.Errorf("read environment: %w", err)
	}
	for _, name := range slices.Sorted(slices.Values(vars.Keys())) {
		k, ok := byVariable[name]
		if !ok {
			return fmt.Errorf("the environment variable %s belongs to no key%s", name, suggestion(name, slices.Collect(maps.Keys(byVariable))))
		}
		if k.FileOnly {
			return fmt.Errorf("%s cannot be set by the environment variable %s, only in the configuration file", k.Name, name)
		}
		if err := k.set(vars.String(name)); err != nil {
			return fmt.Errorf("the environment variable %s %w", name, err)
		}
	}
	return nil
}

// suggestion names the nearest of what exists, if one is near.
func suggestion(got string, known []string) string {
	slices.Sort(known)
	best, distance := "", len(got)/2+1
	for _, k := range known {
		if d := editDistance(got, k); d < distance {
			best, distance = k, d
		}
		// The last part alone, as in "region" for aws.region.
		if strings.HasSuffix(k, "."+got) && distance > 1 {
			best, distance = k, 1
		}
	}
	if best == "" {
		return "; `team config print` lists all there are"
	}
	return fmt.Sprintf(`; did you mean %s?`, best)
}

// editDistance is how many insertions, deletions and replacements of letters lead from a to b.
func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		before := row[0]
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			before, row[j] = row[j], min(row[j]+1, row[j-1]+1, before+cost)
		}
	}
	return row[len(b)]
}
