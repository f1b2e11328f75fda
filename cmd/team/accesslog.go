package main

import (
	"context"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/team-idc/team/internal/alarm"
	"github.com/team-idc/team/internal/edge"
)

// accessLog is where lines go; lines is nil where there is no access log.
type accessLog struct {
	lines   *edge.AccessLog
	file    *edge.LogFile
	objects *edge.LogObjects
	alarm   condition
	looked  time.Time
}

// lastLines is how long the lines that still wait may take when TEAM stops.
const lastLines = 3 * time.Second

// lookAtAccessLog is how often it is looked whether lines can be written.
const lookAtAccessLog = 5 * time.Second

func (s *server) openAccessLog() error {
	l := &s.accessLog
	l.alarm = condition{kind: alarm.AccessLog, subject: s.name, opened: "replica.access_log_failing", closed: "replica.access_log_good"}
	to := s.config.AccessLog.To
	var err error
	switch place, bucket := strings.CutPrefix(to, "s3://"); {
	case to == "off":
		return nil
	case to == "stdout":
		l.lines = edge.NewAccessLog(os.Stdout)
	case bucket:
		name, prefix, _ := strings.Cut(place, "/")
		if prefix = strings.Trim(prefix, "/"); prefix != "" {
			prefix += "/"
		}
		l.objects = edge.NewLogObjects(s.aws.Bucket(name, s.config.AccessLog.Region), prefix, s.name, s.now, s.log)
		l.lines = edge.NewAccessLog(l.objects)
		s.runner.Add("access log objects", 1, l.objects.Step)
	default:
		if l.file, err = edge.OpenLogFile(to, s.now); err != nil {
			return err
		}
		l.lines = edge.NewAccessLog(l.file)
	}
	s.runner.Add("access log", 1, s.accessLogStep)
	return nil
}

// dropped is how many lines were lost.
func (l *accessLog) dropped() int64 {
	var n int64
	if l.lines != nil {
		n += l.lines.Dropped()
	}
	if l.objects != nil {
		n += l.objects.Dropped()
	}
	return n
}

// accessLogStep raises the alarm when lines cannot be written.
func (s *server) accessLogStep(ctx context.Context) (did bool, next time.Time, err error) {
	l, now := &s.accessLog, s.now()
	if since := now.Sub(l.looked); since >= 0 && since < lookAtAccessLog {
		return false, l.looked.Add(lookAtAccessLog), nil
	}
	l.looked = now
	why := l.lines.Failing()
	if l.objects != nil && why == "" {
		why = l.objects.Failing()
	}
	if why != "" {
		why = "the access log cannot be written, and lines will be lost: " + why
	}
	return false, now.Add(lookAtAccessLog), s.report(ctx, &l.alarm, why)
}

// begin writes lines until end is called, which waits for those that are left.
func (l *accessLog) begin(ctx context.Context, s *server) (end func()) {
	if l.lines == nil {
		return func() {}
	}
	ctx = context.WithoutCancel(ctx)
	writing, stop := context.WithCancel(ctx)
	if l.file != nil {
		go s.reopenAtHangup(writing)
	}
	written := make(chan struct{})
	go func() {
		defer close(written)
		l.lines.Run(writing)
	}()
	return func() {
		stop()
		// Standard output may be a pipe that nobody reads any more.
		last, cancel := context.WithTimeout(ctx, lastLines)
		defer cancel()
		select {
		case <-written:
		case <-last.Done():
			s.log.WarnContext(ctx, "the last lines of the access log were not taken")
		}
		if l.objects != nil {
			if err := l.objects.Flush(last); err != nil {
				s.log.WarnContext(ctx, "the last lines of the access log were not put", "error", err)
			}
		}
	}
}

func (l *accessLog) close() error {
	if l.file == nil {
		return nil
	}
	return l.file.Close()
}

// reopenAtHangup takes the file anew when somebody moved it away and says so, as logrotate's postrotate does.
func (s *server) reopenAtHangup(ctx context.Context) {
	hangup := make(chan os.Signal, 1)
	signal.Notify(hangup, syscall.SIGHUP)
	defer signal.Stop(hangup)
	for {
		select {
		case <-ctx.Done():
			return
		case <-hangup:
			if err := s.accessLog.file.Reopen(); err != nil {
				s.log.ErrorContext(ctx, "open access log anew", "error", err)
			}
		}
	}
}
