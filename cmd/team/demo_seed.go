package main

import (
	"context"
	"log/slog"
)

func (d *demo) seed(ctx context.Context, log *slog.Logger) error {
	return nil
}
