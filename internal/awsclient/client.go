// Package awsclient holds the adapters on the AWS SDK; nothing else in the program imports it. Adapters translate:
// they neither retry nor cache nor decide, and they never turn a failed or incomplete read into a list.
package awsclient

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/identitystore"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/ssoadmin"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go/logging"

	"github.com/team-idc/team/internal/delivery"
	"github.com/team-idc/team/internal/directory"
)

// The adapters' contracts, declared by those who need them.
var (
	_ delivery.AWS     = (*Client)(nil)
	_ directory.Live   = (*Client)(nil)
	_ directory.Source = (*Client)(nil)
)

// DefaultAttemptTimeout bounds one HTTP call. It is shorter than the 4 s lease of a due row, so that a call has ended
// before another replica may take the row.
const DefaultAttemptTimeout = 3 * time.Second

// HTTPClient sends one HTTP request; *http.Client is one.
type HTTPClient interface {
	Do(*http.Request) (*http.Response, error)
}

// Config of a Client.
type Config struct {
	// Region is the primary Region of the IAM Identity Center instance. Required.
	Region string
	// BaseEndpoint replaces AWS's endpoints of all services; "" means AWS.
	BaseEndpoint string
	// InstanceARN and IdentityStoreID name the instance. Where they are empty, the one instance the credentials can
	// see is looked up before the first call that needs it.
	InstanceARN     string
	IdentityStoreID string
	// HTTPClient defaults to one with a connect time-out of 2 s. It must not follow its own retry policy.
	HTTPClient HTTPClient
	// Credentials default to the SDK's chain (environment, profile, web identity, container, instance).
	Credentials aws.CredentialsProvider
	// AttemptTimeout bounds one HTTP call; DefaultAttemptTimeout where zero.
	AttemptTimeout time.Duration
	// PersonAttribute names what identifies the person behind a user (P5): "" (nothing), "email", "external_id" or
	// "enterprise.<attribute>" of the enterprise extension, such as enterprise.employeeNumber.
	PersonAttribute string
	// StatusWhenAbsent is taken for a user whose UserStatus AWS does not report. The default "" is not enabled (P9);
	// emulators that know no status need directory.UserEnabled.
	StatusWhenAbsent directory.UserStatus
	// Now defaults to time.Now.
	Now func() time.Time
	// OnSkew, where set, hears after each answer how far AWS's clock is ahead of Now (negative: behind), to the
	// second. It must not block.
	OnSkew func(time.Duration)
	// OnCall, where set, hears of each call: its operation (sso-admin:CreateAccountAssignment), its outcome ("ok", or a
	// kind of awsfault) and how long it took. It must not block.
	OnCall func(operation, outcome string, took time.Duration)
	// Log hears, at level debug, what the SDK says while it looks for credentials. Without it that is dropped: the SDK
	// would write to standard error, in the middle of a log of another form.
	Log *slog.Logger
}

// Client is the program's access to AWS. It is safe for concurrent use.
type Client struct {
	base       aws.Config
	sso        *ssoadmin.Client
	store      *identitystore.Client
	orgs       *organizations.Client
	sts        *sts.Client
	timeout    time.Duration
	region     string
	person     string
	noStatus   directory.UserStatus
	now        func() time.Time
	onCall     func(operation, outcome string, took time.Duration)
	instanceOf atomic.Pointer[instanceRef]
}

// instanceRef is what calls to an instance are addressed with.
type instanceRef struct{ arn, store string }

func sdkLog(log *slog.Logger) logging.Logger {
	if log == nil {
		return logging.Nop{}
	}
	return logging.LoggerFunc(func(_ logging.Classification, format string, v ...any) {
		log.Debug("AWS SDK: " + fmt.Sprintf(format, v...))
	})
}

// New makes a Client without calling any service of AWS.
func New(ctx context.Context, cfg Config) (*Client, error) {
	if cfg.Region == "" {
		return nil, fmt.Errorf("make AWS client: no Region given")
	}
	if err := validPersonAttribute(cfg.PersonAttribute); err != nil {
		return nil, fmt.Errorf("make AWS client: %w", err)
	}
	if (cfg.InstanceARN == "") != (cfg.IdentityStoreID == "") {
		return nil, fmt.Errorf("make AWS client: instance ARN and identity store id must be given together")
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.AttemptTimeout == 0 {
		cfg.AttemptTimeout = DefaultAttemptTimeout
	}
	if cfg.HTTPClient == nil {
		cfg.HTTPClient = defaultHTTPClient()
	}
	if cfg.Credentials == nil {
		chain, err := config.LoadDefaultConfig(ctx, config.WithRegion(cfg.Region), config.WithLogger(sdkLog(cfg.Log)))
		if err != nil {
			return nil, fmt.Errorf("load AWS credentials: %w", err)
		}
		cfg.Credentials = chain.Credentials
	}
	base := aws.Config{
		Region:      cfg.Region,
		Credentials: aws.NewCredentialsCache(credentials{cfg.Credentials}),
		HTTPClient:  watchedClient{next: cfg.HTTPClient, now: cfg.Now, onSkew: cfg.OnSkew},
		// Due rows retry, so that a retry survives a crash and counts against the rate; the SDK must not.
		Retryer: func() aws.Retryer { return aws.NopRetryer{} },
		AppID:   "team",
	}
	if cfg.BaseEndpoint != "" {
		base.BaseEndpoint = aws.String(cfg.BaseEndpoint)
	}
	c := &Client{
		base:     base,
		sso:      ssoadmin.NewFromConfig(base),
		store:    identitystore.NewFromConfig(base),
		orgs:     organizations.NewFromConfig(base, func(o *organizations.Options) { o.Region = organizationsRegion(cfg.Region) }),
		sts:      sts.NewFromConfig(base),
		timeout:  cfg.AttemptTimeout,
		region:   cfg.Region,
		person:   cfg.PersonAttribute,
		noStatus: cfg.StatusWhenAbsent,
		now:      cfg.Now,
		onCall:   cfg.OnCall,
	}
	if cfg.InstanceARN != "" {
		c.instanceOf.Store(&instanceRef{arn: cfg.InstanceARN, store: cfg.IdentityStoreID})
	}
	return c, nil
}

// organizationsRegion: AWS Organizations has one endpoint a partition.
func organizationsRegion(region string) string {
	switch PartitionOf(region) {
	case "aws-cn":
		return "cn-northwest-1"
	case "aws-us-gov":
		return "us-gov-west-1"
	}
	return "us-east-1"
}

// PartitionOf tells the partition of a Region.
func PartitionOf(region string) string {
	switch {
	case strings.HasPrefix(region, "cn-"):
		return "aws-cn"
	case strings.HasPrefix(region, "us-gov-"):
		return "aws-us-gov"
	}
	return "aws"
}

func defaultHTTPClient() HTTPClient {
	return &http.Client{Transport: &http.Transport{
		Proxy:               http.ProxyFromEnvironment,
		DialContext:         (&net.Dialer{Timeout: 2 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
		TLSHandshakeTimeout: 2 * time.Second,
		ForceAttemptHTTP2:   true,
		MaxIdleConnsPerHost: 16,
		IdleConnTimeout:     90 * time.Second,
	}}
}

// StaticKey provides an access key that does not change, for the sandbox and for tests. In AWS, TEAM runs with a role.
func StaticKey(accessKeyID, secretAccessKey string) aws.CredentialsProvider {
	return aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
		return aws.Credentials{AccessKeyID: accessKeyID, SecretAccessKey: secretAccessKey}, nil
	})
}

// credentials marks failures of the provider, which the SDK reports without a type of its own.
type credentials struct{ provider aws.CredentialsProvider }

type credentialsError struct{ cause error }

func (e *credentialsError) Error() string { return e.cause.Error() }
func (e *credentialsError) Unwrap() error { return e.cause }

func (c credentials) Retrieve(ctx context.Context) (aws.Credentials, error) {
	v, err := c.provider.Retrieve(ctx)
	if err != nil {
		return aws.Credentials{}, &credentialsError{err}
	}
	return v, nil
}

// watchedClient compares AWS's clock with ours on every answer.
type watchedClient struct {
	next   HTTPClient
	now    func() time.Time
	onSkew func(time.Duration)
}

func (w watchedClient) Do(r *http.Request) (*http.Response, error) {
	sent := w.now()
	resp, err := w.next.Do(r)
	if err != nil || w.onSkew == nil {
		return resp, err
	}
	if date, perr := http.ParseTime(resp.Header.Get("Date")); perr == nil {
		w.onSkew(skew(date, sent, w.now()))
	}
	return resp, err
}

// skew is how far date lies outside the interval in which the answer was made. The Date header has whole seconds: it
// stands for any instant of its second, and only what no instant of it explains counts.
func skew(date, sent, received time.Time) time.Duration {
	if early := date.Add(time.Second).Sub(sent); early < 0 {
		return early
	}
	if late := date.Sub(received); late > 0 {
		return late
	}
	return 0
}
