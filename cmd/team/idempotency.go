package main

import "context"

type idempotencyKey struct{}

// withKey has calls sent with an idempotency key: what was done with it once is not done again.
func withKey(ctx context.Context, key string) context.Context {
	return context.WithValue(ctx, idempotencyKey{}, key)
}

func keyOf(ctx context.Context) string {
	key, _ := ctx.Value(idempotencyKey{}).(string)
	return key
}
