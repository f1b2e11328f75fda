package config

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

func address(s string) error {
	_, port, err := net.SplitHostPort(s)
	if err == nil {
		_, err = strconv.ParseUint(port, 10, 16)
	}
	if err != nil {
		return fmt.Errorf("is %q; it must be an address and a port, as 127.0.0.1:8080 or [::]:8080", s)
	}
	return nil
}

// groupForm is GroupId of the API of Identity Store.
var groupForm = regexp.MustCompile(`^([0-9a-f]{10}-)?[A-Fa-f0-9]{8}(-[A-Fa-f0-9]{4}){3}-[A-Fa-f0-9]{12}$`)

func groupID(s string) error {
	if s != "" && !groupForm.MatchString(s) {
		return fmt.Errorf("is %q; it must be the id of a group, as 9067c4a0-1234-5678-9abc-def012345678", s)
	}
	return nil
}

var regionPattern = regexp.MustCompile(`^[a-z]{2}(-[a-z]+)+-[0-9]+$`)

func awsRegion(s string) error {
	if !regionPattern.MatchString(s) {
		return fmt.Errorf("is %q; it must be a Region such as eu-central-1", s)
	}
	return nil
}

// portalURL begins the links that TEAM gives people to click on.
func portalURL(s string) error {
	if s == "" {
		return nil
	}
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "https" || u.Hostname() == "" || u.User != nil || u.RawQuery != "" || u.ForceQuery || strings.Contains(s, "#") {
		return errors.New("must be the address of the AWS access portal, as https://d-1234567890.awsapps.com/start, without user, query and fragment")
	}
	return nil
}

func oneOf(words ...string) func(string) error {
	return func(s string) error {
		if !slices.Contains(words, s) {
			return fmt.Errorf("is %q; it can be %s", s, strings.Join(words, ", "))
		}
		return nil
	}
}

func webURL(s string) error {
	if s == "" {
		return nil
	}
	u, err := url.Parse(s)
	if err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.Host == "" {
		return errors.New("is not a web address") // without repeating it: it may hold a secret
	}
	return nil
}

// shownURL is a web address without what may be secret in it.
func shownURL(s string) string {
	u, err := url.Parse(s)
	if err != nil {
		return "(hidden)"
	}
	return (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}).String()
}

// awsHost are the domains of AWS's endpoints in its partitions.
var awsHost = regexp.MustCompile(`(^|\.)(amazonaws\.com|amazonaws\.com\.cn|api\.aws|api\.amazonwebservices\.com\.cn)$`)

// check says what is wrong with the keys together.
func (c Config) check() error {
	if err := c.checkEndpoint(); err != nil {
		return err
	}
	if err := c.checkEdge(); err != nil {
		return err
	}
	if c.AWS.WithoutStatus && !c.AWS.Sandbox {
		return errors.New("aws.users_without_status is true without aws.sandbox: AWS itself tells every user's status, " +
			"and one that is unknown must not count as enabled")
	}
	if (c.AWS.InstanceARN == "") != (c.AWS.IdentityStoreID == "") {
		return errors.New("aws.instance_arn and aws.identity_store_id must be given together")
	}
	if c.Limits.MinimumDuration > c.Limits.MaximumDuration {
		return fmt.Errorf("limits.minimum_duration (%s) is above limits.maximum_duration (%s)",
			Spell(c.Limits.MinimumDuration), Spell(c.Limits.MaximumDuration))
	}
	if (c.Webhook.URL == "") != (c.Webhook.SecretFile == "") {
		return errors.New("alarms.webhook_url and alarms.webhook_secret_file must be given together: what is posted is signed")
	}
	return nil
}

// checkEndpoint refuses an endpoint that only pretends to be AWS: whoever could set it would be told every assignment
// exists or is gone as they please.
func (c Config) checkEndpoint() error {
	if c.AWS.Endpoint == "" {
		if c.AWS.Sandbox {
			return errors.New("aws.sandbox is true without aws.endpoint: say where the simulated AWS is")
		}
		return nil
	}
	u, err := url.Parse(c.AWS.Endpoint)
	if err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.Host == "" {
		return fmt.Errorf("aws.endpoint %q is not a web address", c.AWS.Endpoint)
	}
	genuine := u.Scheme == "https" && awsHost.MatchString(u.Hostname()) && u.User == nil
	switch {
	case genuine && c.AWS.Sandbox:
		return fmt.Errorf("aws.sandbox is true, but aws.endpoint %q is AWS's own", c.AWS.Endpoint)
	case !genuine && !c.AWS.Sandbox:
		return fmt.Errorf("aws.endpoint %q is not one of AWS's. If it is a simulated AWS on purpose, the configuration file must say "+
			"aws.sandbox: true", c.AWS.Endpoint)
	}
	return nil
}
