package aws

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"time"
)

// call is one request while it is answered.
type call struct {
	aws         *AWS
	now, view   time.Time
	action      string // IAM's name of it
	operation   operation
	credential  *credential
	requestID   string
	operationID string
	triple      Triple
	// servicePrincipal is a condition key of organizations.
	servicePrincipal string
	resources        []string // ARNs that must all be allowed; empty means "*"
	worked           bool
}

// operation is one API of one service.
type operation struct {
	service string // the name in the signature's scope: sso, identitystore, organizations, sts
	name    string
	prefix  string // of the action in IAM policies
	// open needs no permission: sts:GetCallerIdentity.
	open bool
	// prepare reads the input, says what is touched, and returns the work.
	prepare func(c *call, body []byte) (func() (any, error), error)
}

func (o operation) action() string { return o.prefix + ":" + o.name }

var errAnswerLost = errors.New("answer lost")

// run does the call in the order in which AWS refuses: unknown operation, signature, rate, form,
// authorization, then the operation itself.
func (c *call) run(r *http.Request, body []byte) (any, error) {
	a := c.aws
	target, known := targetOf(r, body)
	c.action = target
	if len(body) > maxBody {
		return nil, &apiError{Code: "RequestEntityTooLargeException", Status: http.StatusRequestEntityTooLarge, Message: "Request size exceeds the limit."}
	}
	if known {
		c.operation, known = a.operations[target]
	}
	if !known {
		return nil, unknownOperation(target)
	}
	c.action = c.operation.action()
	if err := c.authenticate(r, body); err != nil {
		return nil, err
	}
	if err := a.throttle(c); err != nil {
		return nil, err
	}
	work, err := c.operation.prepare(c, body)
	if err != nil {
		return nil, err
	}
	if err := c.authorize(); err != nil {
		return nil, err
	}
	if err := a.refuseForDeployment(c); err != nil {
		return nil, err
	}
	return c.workWithFaults(r.Context(), work)
}

// workWithFaults does the work and whatever was injected around it.
func (c *call) workWithFaults(ctx context.Context, work func() (any, error)) (any, error) {
	a := c.aws
	fault := a.matchFault(c)
	if fault == nil {
		return c.finish(work)
	}
	if !fault.AfterWork {
		if err := c.suffer(ctx, fault); err != nil {
			return nil, err
		}
		return c.finish(work)
	}
	out, err := c.finish(work)
	if err != nil {
		return nil, err
	}
	if err := c.suffer(ctx, fault); err != nil {
		return nil, err
	}
	return out, nil
}

func (c *call) finish(work func() (any, error)) (any, error) {
	out, err := work()
	c.worked = err == nil
	return out, err
}

// suffer applies a fault's delay, then its loss or error.
func (c *call) suffer(ctx context.Context, f *Fault) error {
	if err := c.aws.pause(ctx, f.Delay); err != nil {
		return err
	}
	if f.Delay > 0 {
		c.aws.tick(c)
	}
	switch {
	case f.Lost:
		return errAnswerLost
	case f.Code != "":
		return f.failure()
	}
	return nil
}

// jsonOperation reads a JSON input of type In.
func jsonOperation[In any](service, prefix, name string, describe func(*call, *In) error, work func(*call, *In) (any, error)) operation {
	return operation{service: service, prefix: prefix, name: name, prepare: func(c *call, body []byte) (func() (any, error), error) {
		in := new(In)
		if err := json.Unmarshal(body, in); err != nil {
			return nil, &apiError{Code: "SerializationException", Status: http.StatusBadRequest, Message: "Could not read the request body as JSON."}
		}
		if err := describe(c, in); err != nil {
			return nil, err
		}
		return func() (any, error) { return work(c, in) }, nil
	}}
}
