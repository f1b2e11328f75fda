package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/team-idc/team/internal/signin"
)

// deviceStart is what TEAM says to a program without a browser.
type deviceStart struct {
	DeviceCode string `json:"device_code"`
	UserCode   string `json:"user_code"`
	Address    string `json:"verification_uri"`
	Complete   string `json:"verification_uri_complete"`
	ExpiresIn  int64  `json:"expires_in"` // seconds
	Interval   int64  `json:"interval"`   // seconds
}

// loginByCode shows a code and waits until somebody has entered it elsewhere (RFC 8628).
func (c console) loginByCode(ctx context.Context, a authorizationServer, at endpoints, why string) (grantedTokens, error) {
	content, err := a.post(ctx, signin.DeviceAuthorizationPath, url.Values{"host": {hostName()}})
	if err != nil {
		return grantedTokens{}, err
	}
	var start deviceStart
	if err := json.Unmarshal(content, &start); err != nil || start.DeviceCode == "" || !strings.HasPrefix(start.Address, at.Issuer+"/") {
		return grantedTokens{}, codedError{fmt.Errorf("%s answered something else than expected; is it TEAM?", a.server), exitUnavailable}
	}
	if why != "" {
		fmt.Fprintf(c.err, "Signing in by code, since %s. (With a browser on this machine: team login --no-browser)\n\n", why)
	}
	fmt.Fprintf(c.err, "Open this in a browser, on any machine:\n\n  %s\n\nand enter the code  %s\n\n", start.Address, start.UserCode)
	if strings.HasPrefix(start.Complete, start.Address+"?") {
		fmt.Fprintf(c.err, "or open  %s  and compare the code.\n\n", start.Complete)
	}
	life := time.Duration(start.ExpiresIn) * time.Second
	ctx, cancel := context.WithTimeoutCause(ctx, life, codedError{
		fmt.Errorf("nobody entered the code within %d minutes; begin again", life/time.Minute), exitNotSignedIn,
	})
	defer cancel()
	var got grantedTokens
	err = c.progress().during("waiting for the code to be entered (Ctrl-C gives up)", func() error {
		got, err = a.awaitCode(ctx, start)
		return err
	})
	return got, err
}

// slowerBy is what each answer that asks for it adds to the interval (RFC 8628, section 3.5).
const slowerBy = 5 * time.Second

// awaitCode asks until somebody has decided.
func (a authorizationServer) awaitCode(ctx context.Context, start deviceStart) (grantedTokens, error) {
	interval := max(time.Duration(start.Interval)*time.Second, time.Second)
	for {
		if pause(ctx, interval) != nil {
			return grantedTokens{}, context.Cause(ctx) //nolint:wrapcheck // the interruption, or that nobody came
		}
		got, err := a.tokens(ctx, url.Values{
			"grant_type": {"urn:ietf:params:oauth:grant-type:device_code"}, "device_code": {start.DeviceCode},
		})
		switch {
		case err == nil:
			return got, nil
		case ctx.Err() != nil:
			return got, context.Cause(ctx) //nolint:wrapcheck // as above
		case isGrant(err, "slow_down"), exitCode(err) == exitUnavailable:
			interval += slowerBy
		case !isGrant(err, "authorization_pending"):
			return got, refusedCode(err)
		}
	}
}

func refusedCode(err error) error {
	switch {
	case isGrant(err, "access_denied"):
		return codedError{errors.New("it was refused in the browser"), exitDenied}
	case isGrant(err, "expired_token"):
		return codedError{errors.New("nobody entered the code in time; begin again"), exitNotSignedIn}
	}
	return err
}
