package signin

import "net/http"

// metadata describes TEAM to a SAML provider.
func (h *Handler) metadata(w http.ResponseWriter, r *http.Request) {
	p, ok := h.byName[r.PathValue("provider")].(interface{ Metadata() ([]byte, error) })
	if !ok {
		h.unknown(w, r)
		return
	}
	text, err := p.Metadata()
	if err != nil {
		h.cannotTell(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "application/samlmetadata+xml")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Content-Disposition", `attachment; filename="team-metadata.xml"`)
	_, _ = w.Write(text)
}
