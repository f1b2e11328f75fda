package awsclient

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// Credentials gives the credentials that calls are signed with.
type Credentials = aws.CredentialsProvider

// AccessKey are credentials that never change, for AWS simulated in the demo; deployments use the SDK's chain.
func AccessKey(id, secret string) Credentials {
	return aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
		return aws.Credentials{AccessKeyID: id, SecretAccessKey: secret, Source: "access key"}, nil
	})
}
