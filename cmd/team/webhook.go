package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"github.com/team-idc/team/internal/audit"
	"github.com/team-idc/team/internal/store"
)

const (
	webhookCursor  = "alarm-webhook"
	webhookTimeout = 5 * time.Second
	webhookLease   = 10 * time.Second
	webhookBackoff = 5 * time.Minute
	webhookSecret  = 24 // least letters of a secret
)

// webhook posts alarms as they open and close, signed as standard-webhooks.com says, at least once and in order.
type webhook struct {
	url    string
	signer *standardwebhooks.Webhook
	client *http.Client
}

// addWebhook adds the step that posts alarms, where the configuration asks for it.
func (s *server) addWebhook() error {
	if s.config.Webhook.URL == "" {
		return nil
	}
	signer, err := readSigner(s.config.Webhook.SecretFile)
	if err != nil {
		return err
	}
	w := &webhook{url: s.config.Webhook.URL, signer: signer, client: &http.Client{
		Timeout: webhookTimeout,
		// A redirect would carry the message to somebody the operator did not name.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
	s.runner.Add("alarm webhook", 1, func(ctx context.Context) (bool, time.Time, error) { return s.webhookStep(ctx, w) })
	return nil
}

func readSigner(file string) (*standardwebhooks.Webhook, error) {
	content, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read webhook secret: %w", err)
	}
	secret := strings.TrimSpace(string(content))
	if len(secret) < webhookSecret {
		return nil, fmt.Errorf("the webhook secret in %s has fewer than %d letters", file, webhookSecret)
	}
	if !strings.HasPrefix(secret, "whsec_") {
		secret = "whsec_" + base64.StdEncoding.EncodeToString([]byte(secret))
	}
	signer, err := standardwebhooks.NewWebhook(secret)
	if err != nil {
		return nil, fmt.Errorf("the webhook secret in %s is not base64 after whsec_", file)
	}
	return signer, nil
}

// webhookStep posts the next alarm that opened or closed. A cursor begins where the log ended when the process started:
// nobody wants the alarms of last year, but the one about recovery mode is from the start itself. The cursor moves only
// after the message was taken.
func (s *server) webhookStep(ctx context.Context, w *webhook) (did bool, next time.Time, err error) {
	now := s.now()
	at, err := s.store.CursorSequence(ctx, webhookCursor)
	if err != nil {
		return false, now, err
	}
	size, err := s.store.LogSize(ctx)
	if err != nil || (at >= 0 && at >= size) {
		return false, time.Time{}, err
	}
	c, found, next, err := s.store.ClaimCursor(ctx, webhookCursor, s.logAtStart, now, now.Add(webhookLease))
	if err != nil || !found {
		return false, next, err
	}
	if err := s.post(ctx, w, &c, size); err != nil {
		c.Tries++
		c.DueAt = now.Add(min(webhookBackoff, time.Second<<min(c.Tries, 9)))
		s.log.WarnContext(ctx, "posting an alarm failed", "error", err, "tries", c.Tries)
	} else {
		c.Tries, c.DueAt = 0, now
	}
	return true, c.DueAt, s.store.SaveCursor(ctx, c)
}

// post sends at most one message and moves the cursor past it.
func (s *server) post(ctx context.Context, w *webhook, c *store.Cursor, size int64) error {
	found, err := s.store.Events(ctx, audit.Filter{After: c.Sequence - 1, Kinds: []string{"alarm.opened", "alarm.closed"}, Limit: 1})
	if err != nil {
		return err
	}
	if len(found) == 0 || found[0].Sequence >= size {
		c.Sequence = size
		return nil
	}
	if err := w.send(ctx, found[0], s.now()); err != nil {
		return err
	}
	c.Sequence = found[0].Sequence + 1
	return nil
}

func (w *webhook) send(ctx context.Context, r audit.Record, now time.Time) error {
	body, err := json.Marshal(map[string]any{"type": r.Event.Kind, "timestamp": r.Event.At, "data": r.Event.Data, "alarm": r.Event.Subject.Alarm})
	if err != nil {
		return fmt.Errorf("encode message: %w", err)
	}
	// The place in the log never changes, so that a receiver can tell a repetition.
	id := fmt.Sprintf("evt_%d", r.Sequence)
	signature, err := w.signer.Sign(id, now, body)
	if err != nil {
		return fmt.Errorf("sign message: %w", err)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, w.url, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("make request: %w", withoutURL(err))
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set(standardwebhooks.HeaderWebhookID, id)
	request.Header.Set(standardwebhooks.HeaderWebhookTimestamp, fmt.Sprint(now.Unix()))
	request.Header.Set(standardwebhooks.HeaderWebhookSignature, signature)
	answer, err := w.client.Do(request)
	if err != nil {
		return fmt.Errorf("post message: %w", withoutURL(err))
	}
	defer answer.Body.Close()
	_, _ = io.CopyN(io.Discard, answer.Body, 1<<16) // so that the connection can be used again
	if answer.StatusCode < 200 || answer.StatusCode > 299 {
		return fmt.Errorf("post message: the receiver answered %s", answer.Status)
	}
	return nil
}
