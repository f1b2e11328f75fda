package signin

import (
	"net/http"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/audit"
	"github.com/team-idc/team/internal/identity"
	"github.com/team-idc/team/internal/identity/provider"
)

const publicOther = "Somebody else came back from your provider than who is signed in here. Sign out, then sign in as who you want to be."

// prove adds the fresh proof to the sign-in it was asked for, and to the command line's that it is for as well. Both must be
// of the user for whom the subject that came back stands.
func (h *Handler) prove(w http.ResponseWriter, r *http.Request, a provider.Attempt, who identity.External) error {
	ctx := r.Context()
	link, linked, err := h.SignIns.Store.LinkOf(ctx, who.Provider, who.Subject)
	if err != nil {
		return err
	}
	other := &identity.Refusal{
		Provider: who.Provider, Code: identity.RefusedOther, Public: publicOther, Reason: "somebody else came back to sign-in " + a.SignIn,
	}
	if !linked {
		return other
	}
	by := access.Actor{Kind: audit.Person, UserID: link.UserID}
	proof := access.Proof{Kind: access.ProofProvider, At: who.At, Provider: who.Provider, ACR: who.ACR, AMR: who.AMR}
	in, err := h.SignIns.Read(ctx, by, a.SignIn)
	if access.CodeOf(err) == access.CodeNotFound {
		return other
	}
	if err != nil {
		return err
	}
	secret, err := h.SignIns.AddProof(ctx, in, proof)
	if err != nil {
		return err
	}
	if in.Kind == identity.KindBrowser {
		h.setSecret(w, secret, in)
	}
	if a.For == "" || a.For == in.ID {
		return nil
	}
	commandLine, err := h.SignIns.Read(ctx, by, a.For)
	if access.CodeOf(err) == access.CodeNotFound || err == nil && commandLine.Kind == identity.KindBrowser {
		return other
	}
	if err != nil {
		return err
	}
	_, err = h.SignIns.AddProof(ctx, commandLine, proof)
	return err
}
