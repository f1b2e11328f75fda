package processtest

import (
	"bytes"
	"errors"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"
)

// checkEvery is how often the front asks a replica whether it is ready.
const checkEvery = 100 * time.Millisecond

// front stands before replicas as a load balancer does: it sends a request to the next replica that said that it is
// ready, and to another one when nobody listens there any more.
type front struct {
	t      *testing.T
	url    string
	client *http.Client

	mu    sync.Mutex
	at    map[*world]string // where each replica serves
	ready map[string]bool   // by the replica's address, as of the last look
	order []*world
	turn  int
}

func newFront(t *testing.T) *front {
	t.Helper()
	f := &front{t: t, client: &http.Client{Timeout: 20 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 50}}, at: map[*world]string{}, ready: map[string]bool{}}
	server := httptest.NewServer(f)
	f.url = server.URL
	stop := make(chan struct{})
	var looking sync.WaitGroup
	looking.Go(func() {
		tick := time.NewTicker(checkEvery)
		defer tick.Stop()
		for {
			select {
			case <-stop:
				return
			case <-tick.C:
				f.look()
			}
		}
	})
	t.Cleanup(func() {
		close(stop)
		looking.Wait()
		server.Close()
	})
	return f
}

// add a replica that is ready, perhaps on another port than before.
func (f *front) add(w *world) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if _, known := f.at[w]; !known {
		f.order = append(f.order, w)
	}
	delete(f.ready, f.at[w])
	f.at[w] = w.team.url
	f.ready[w.team.url] = true
}

func (f *front) replicas() (urls []string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, w := range f.order {
		urls = append(urls, f.at[w])
	}
	return urls
}

func (f *front) look() {
	for _, url := range f.replicas() {
		answer, err := httpClient.Get(url + "/readyz")
		ready := err == nil && answer.StatusCode == http.StatusOK
		if err == nil {
			_ = answer.Body.Close()
		}
		f.mu.Lock()
		if _, known := f.ready[url]; known {
			f.ready[url] = ready
		}
		f.mu.Unlock()
	}
}

// choose gives the ready replicas, each time beginning with another one.
func (f *front) choose() (ready []string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.turn++
	for i := range f.order {
		if url := f.at[f.order[(f.turn+i)%len(f.order)]]; f.ready[url] {
			ready = append(ready, url)
		}
	}
	return ready
}

func (f *front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(http.ErrAbortHandler) // the client is gone
	}
	for _, replica := range f.choose() {
		forward, err := http.NewRequestWithContext(r.Context(), r.Method, replica+r.URL.RequestURI(), bytes.NewReader(body))
		if err != nil {
			f.t.Errorf("forward: %v", err)
			return
		}
		forward.Header = r.Header.Clone()
		answer, err := f.client.Do(forward)
		if err == nil {
			copyAnswer(w, answer)
			return
		}
		// What was sent may have been done; only what surely was not, or changes nothing, is sent to another.
		if network, ok := errors.AsType[*net.OpError](err); (!ok || network.Op != "dial") && r.Method != http.MethodGet {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
	}
	w.WriteHeader(http.StatusServiceUnavailable)
}

func copyAnswer(w http.ResponseWriter, answer *http.Response) {
	defer answer.Body.Close()
	content, err := io.ReadAll(answer.Body)
	if err != nil {
		w.WriteHeader(http.StatusBadGateway)
		return
	}
	maps.Copy(w.Header(), answer.Header)
	w.Header().Del("Connection")
	w.WriteHeader(answer.StatusCode)
	_, _ = w.Write(content)
}
