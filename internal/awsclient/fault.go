package awsclient

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	identitystoretypes "github.com/aws/aws-sdk-go-v2/service/identitystore/types"
	ssoadmintypes "github.com/aws/aws-sdk-go-v2/service/ssoadmin/types"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/team-idc/team/internal/awsfault"
)

// fault turns what the SDK reports into our vocabulary.
func fault(operation string, err error) *awsfault.Error {
	f := &awsfault.Error{Operation: operation, Message: err.Error(), Cause: err}
	if noCredentials, ok := errors.AsType[*credentialsError](err); ok {
		f.Kind, f.Message = awsfault.Credentials, noCredentials.Error()
		return f
	}
	status := 0
	if response, ok := errors.AsType[*smithyhttp.ResponseError](err); ok {
		status = response.HTTPStatusCode()
		if response.Response != nil {
			f.RetryAfter = retryAfter(response.Response.Header)
		}
	}
	if withID, ok := errors.AsType[*awshttp.ResponseError](err); ok {
		f.RequestID = withID.ServiceRequestID()
	}
	var api smithy.APIError
	if !errors.As(err, &api) {
		f.Kind = withoutAnswer(err, status)
		return f
	}
	f.Code, f.Message = api.ErrorCode(), api.ErrorMessage()
	var seconds int32
	f.Reason, seconds = detailsOf(err)
	if seconds > 0 {
		f.RetryAfter = time.Duration(seconds) * time.Second
	}
	f.Kind = kindOf(f, status)
	if idMissing, ok := errors.AsType[*identitystoretypes.ResourceNotFoundException](err); ok && f.Kind == awsfault.NotFound &&
		idMissing.ResourceType == identitystoretypes.ResourceTypeIdentityStore {
		// The whole store: that says nothing about one user, whose absence would end what they have as unusable.
		f.Kind = awsfault.Invalid
	}
	return f
}

// withoutAnswer judges errors that are not AWS's own: the question is whether the request can have arrived.
func withoutAnswer(err error, status int) awsfault.Kind {
	if status == http.StatusTooManyRequests {
		return awsfault.Throttled
	}
	if status >= 500 {
		return awsfault.Unavailable
	}
	var (
		dns          *net.DNSError
		op           *net.OpError
		record       tls.RecordHeaderError
		verification *tls.CertificateVerificationError
		authority    x509.UnknownAuthorityError
	)
	switch {
	case errors.As(err, &dns), errors.As(err, &record), errors.As(err, &verification), errors.As(err, &authority):
		return awsfault.Unreachable
	case errors.As(err, &op) && (op.Op == "dial" || op.Op == "proxyconnect"):
		return awsfault.Unreachable
	}
	// A request cancelled or timed out, a connection reset, a body cut off: it may have been carried out.
	return awsfault.Unknown
}

// detailsOf reads the fields that only some exceptions carry.
func detailsOf(err error) (reason string, retrySeconds int32) {
	var (
		ssoDenied    *ssoadmintypes.AccessDeniedException
		ssoMissing   *ssoadmintypes.ResourceNotFoundException
		ssoThrottled *ssoadmintypes.ThrottlingException
		ssoInvalid   *ssoadmintypes.ValidationException
		idDenied     *identitystoretypes.AccessDeniedException
		idMissing    *identitystoretypes.ResourceNotFoundException
		idThrottled  *identitystoretypes.ThrottlingException
		idInvalid    *identitystoretypes.ValidationException
		idInternal   *identitystoretypes.InternalServerException
	)
	switch {
	case errors.As(err, &ssoDenied):
		return string(ssoDenied.Reason), 0
	case errors.As(err, &ssoMissing):
		return string(ssoMissing.Reason), 0
	case errors.As(err, &ssoThrottled):
		return string(ssoThrottled.Reason), 0
	case errors.As(err, &ssoInvalid):
		return string(ssoInvalid.Reason), 0
	case errors.As(err, &idDenied):
		return string(idDenied.Reason), 0
	case errors.As(err, &idMissing):
		return string(idMissing.Reason), 0
	case errors.As(err, &idThrottled):
		return string(idThrottled.Reason), idThrottled.RetryAfterSeconds
	case errors.As(err, &idInvalid):
		return string(idInvalid.Reason), 0
	case errors.As(err, &idInternal):
		return "", idInternal.RetryAfterSeconds
	}
	return "", 0
}

func kindOf(f *awsfault.Error, status int) awsfault.Kind {
	kind, known := kinds[f.Code]
	switch {
	case kind == awsfault.Throttled:
		return kind // also KMS_ThrottlingException: waiting helps
	case strings.HasPrefix(f.Reason, "KMS_"), kind == awsfault.Denied && strings.Contains(f.Message, "kms:"):
		return awsfault.KMS
	case isClockMessage(f.Code, f.Message):
		return awsfault.SkewedClock
	case isNetworkRule(f, status):
		return awsfault.NetworkRule
	case known:
		return kind
	}
	switch {
	case status == http.StatusTooManyRequests:
		return awsfault.Throttled
	case status == http.StatusNotImplemented:
		return awsfault.NotOffered
	case status >= 500:
		return awsfault.Unavailable
	case status == http.StatusForbidden:
		return awsfault.Denied
	case status == http.StatusNotFound:
		// Without a code of AWS's it came from something on the way; that a thing does not exist only AWS can say.
		return awsfault.Unavailable
	case status >= 400:
		return awsfault.Invalid
	}
	return awsfault.Unknown
}

// kinds of AWS's error codes, all services together: no code means two things.
var kinds = map[string]awsfault.Kind{
	"ThrottlingException":             awsfault.Throttled,
	"Throttling":                      awsfault.Throttled,
	"TooManyRequestsException":        awsfault.Throttled,
	"RequestLimitExceeded":            awsfault.Throttled,
	"RequestThrottled":                awsfault.Throttled,
	"RequestThrottledException":       awsfault.Throttled,
	"SlowDown":                        awsfault.Throttled,
	"PriorRequestNotComplete":         awsfault.Throttled,
	"ConflictException":               awsfault.Conflict,
	"ConcurrentModificationException": awsfault.Conflict,

	"ResourceNotFoundException":           awsfault.NotFound,
	"AccountNotFoundException":            awsfault.NotFound,
	"ChildNotFoundException":              awsfault.NotFound,
	"ParentNotFoundException":             awsfault.NotFound,
	"RootNotFoundException":               awsfault.NotFound,
	"TargetNotFoundException":             awsfault.NotFound,
	"OrganizationalUnitNotFoundException": awsfault.NotFound,

	"AccessDeniedException":              awsfault.Denied,
	"AccessDenied":                       awsfault.Denied,
	"AccessDeniedForDependencyException": awsfault.Denied,
	"UnauthorizedOperation":              awsfault.Denied,

	"ValidationException":               awsfault.Invalid,
	"ValidationError":                   awsfault.Invalid,
	"InvalidInputException":             awsfault.Invalid,
	"SerializationException":            awsfault.Invalid,
	"AWSOrganizationsNotInUseException": awsfault.Invalid,

	"UnknownOperationException":       awsfault.NotOffered,
	"UnsupportedOperationException":   awsfault.NotOffered,
	"UnsupportedAPIEndpointException": awsfault.NotOffered,
	"InvalidAction":                   awsfault.NotOffered,

	"ServiceQuotaExceededException": awsfault.QuotaExceeded,
	"LimitExceededException":        awsfault.QuotaExceeded,

	"InternalServerException":     awsfault.Unavailable,
	"InternalServerError":         awsfault.Unavailable,
	"InternalFailure":             awsfault.Unavailable,
	"ServiceException":            awsfault.Unavailable,
	"ServiceUnavailable":          awsfault.Unavailable,
	"ServiceUnavailableException": awsfault.Unavailable,

	"RequestExpired":       awsfault.SkewedClock,
	"RequestTimeTooSkewed": awsfault.SkewedClock,
	"RequestInTheFuture":   awsfault.SkewedClock,

	"UnrecognizedClientException":         awsfault.Credentials,
	"InvalidClientTokenId":                awsfault.Credentials,
	"InvalidAccessKeyId":                  awsfault.Credentials,
	"ExpiredToken":                        awsfault.Credentials,
	"ExpiredTokenException":               awsfault.Credentials,
	"InvalidSignatureException":           awsfault.Credentials,
	"SignatureDoesNotMatch":               awsfault.Credentials,
	"IncompleteSignature":                 awsfault.Credentials,
	"IncompleteSignatureException":        awsfault.Credentials,
	"MissingAuthenticationToken":          awsfault.Credentials,
	"MissingAuthenticationTokenException": awsfault.Credentials,
	"NotAuthorized":                       awsfault.Credentials,
	"AuthFailure":                         awsfault.Credentials,
}

// isClockMessage: a signature outside AWS's five minutes has the code of a wrong signature and only says in words
// that it expired or is not yet current.
func isClockMessage(code, message string) bool {
	if code != "InvalidSignatureException" && code != "SignatureDoesNotMatch" {
		return false
	}
	return strings.Contains(message, "Signature expired") || strings.Contains(message, "Signature not yet current")
}

// isNetworkRule recognises the identity store's network access controls (2026-09-29). AWS documents a 403 without a
// code of its own; what tells it from a refusal by IAM is the missing "is not authorized to perform".
func isNetworkRule(f *awsfault.Error, status int) bool {
	if !strings.HasPrefix(f.Operation, "identitystore:") || strings.Contains(f.Message, "is not authorized to perform") {
		return false
	}
	if status != http.StatusForbidden && kinds[f.Code] != awsfault.Denied {
		return false
	}
	m := strings.ToLower(f.Message)
	for _, word := range []string{"network", "vpc", "ip address", "source ip"} {
		if strings.Contains(m, word) {
			return true
		}
	}
	return false
}

// retryAfter reads whole seconds; AWS sends no dates there.
func retryAfter(h http.Header) time.Duration {
	seconds, err := strconv.Atoi(h.Get("Retry-After"))
	if err != nil || seconds < 0 {
		return 0
	}
	return time.Duration(seconds) * time.Second
}
