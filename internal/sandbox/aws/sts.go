package aws

import "encoding/xml"

type callerIdentity struct {
	XMLName xml.Name `xml:"https://sts.amazonaws.com/doc/2011-06-15/ GetCallerIdentityResponse"`
	Result  struct {
		Arn     string
		UserID  string `xml:"UserId"`
		Account string
	} `xml:"GetCallerIdentityResult"`
	Metadata struct{ RequestId string } `xml:"ResponseMetadata"`
}

// stsOperations: GetCallerIdentity needs no permission, says AWS's reference.
func stsOperations() []operation {
	return []operation{{service: "sts", prefix: "sts", name: "GetCallerIdentity", open: true, prepare: func(c *call, _ []byte) (func() (any, error), error) {
		return func() (any, error) {
			var out callerIdentity
			out.Result.Arn = c.credential.Principal
			out.Result.Account = c.credential.account
			out.Result.UserID = c.credential.AccessKeyID + ":sandbox"
			out.Metadata.RequestId = c.requestID
			return out, nil
		}, nil
	}}}
}
