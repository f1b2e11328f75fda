package awsclient

import (
	"bytes"
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// putTimeout is how long one object may take: it is not on anybody's path.
const putTimeout = 30 * time.Second

// Bucket puts objects into a bucket of S3.
type Bucket struct {
	client *Client
	s3     *s3.Client
	name   string
}

// Bucket gives a bucket in a Region; "" means the client's own. Nothing is called.
func (c *Client) Bucket(name, region string) *Bucket {
	return &Bucket{client: c, name: name, s3: s3.NewFromConfig(c.base, func(o *s3.Options) {
		if region != "" {
			o.Region = region
		}
		// Another endpoint than AWS's serves all buckets under one name.
		o.UsePathStyle = c.base.BaseEndpoint != nil
	})}
}

// PutObject puts an object. Putting the same one again does no harm.
func (b *Bucket) PutObject(ctx context.Context, key string, body []byte) error {
	_, err := callWithin(ctx, b.client, putTimeout, "s3:PutObject", b.s3.PutObject, &s3.PutObjectInput{
		Bucket: aws.String(b.name), Key: aws.String(key), Body: bytes.NewReader(body),
		ContentType: aws.String("application/gzip"), // no Content-Encoding: whoever fetches it gets the file that its name says
	})
	return err
}
