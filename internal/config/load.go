package config

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"github.com/knadh/koanf/parsers/yaml"
	"github.com/knadh/koanf/providers/env/v2"
	"github.com/knadh/koanf/providers/file"
	"github.com/knadh/koanf/v2"

	"github.com/team-idc/team/internal/nearest"
)

// Sources are the layers over the defaults, the weakest first.
type Sources struct {
	File    string            // "": none
	Environ []string          // as os.Environ gives it
	Flags   map[string]string // key name → value, of flags that were given
}

// foreignVariables begin with TEAM_ and are not configuration: the command line's own, tests', and what Kubernetes
// sets in every container for a service that is called team.
func foreignVariable(name string) bool {
	switch name {
	case "TEAM_TOKEN", "TEAM_TOKEN_FILE", "TEAM_URL", "TEAM_CONFIG", "TEAM_PORT",
		"TEAM_MACHINE", "TEAM_ID_TOKEN", "TEAM_ID_TOKEN_FILE", "TEAM_ID_TOKEN_AUDIENCE":
		return true
	}
	return strings.HasPrefix(name, "TEAM_TEST_") || strings.HasPrefix(name, "TEAM_PORT_") || strings.HasPrefix(name, "TEAM_SERVICE_")
}

// Layer is where a value came from.
type Layer string

// The layers, the weakest first.
const (
	FromDefault     Layer = "default"
	FromFile        Layer = "file"
	FromEnvironment Layer = "environment"
	FromFlag        Layer = "flag"
)

// Problem is one thing that is wrong with a configuration.
type Problem struct {
	// Key is "" where it is about no single key.
	Key string
	// Layer the value came from; "" where it is about several.
	Layer Layer
	// Err says where it is and what would be right.
	Err error
}

// Load merges the layers and checks the result. An error names the layer, the key and what would be right.
func Load(s Sources) (Config, error) {
	c, _, problems := Explain(s)
	if len(problems) > 0 {
		return Config{}, problems[0].Err
	}
	return c, nil
}

// Explain merges the layers, and says of each key which layer its value is from, and everything that is wrong. What is
// wrong is left out of the configuration.
func Explain(s Sources) (Config, map[string]Layer, []Problem) {
	c := Default()
	l := loading{keys: map[string]Key{}, lists: map[string]List{}, from: map[string]Layer{}}
	for _, k := range c.Keys() {
		l.keys[k.Name], l.from[k.Name] = k, FromDefault
	}
	for _, list := range c.Lists() {
		l.lists[list.Name] = list
	}
	l.file(s.File)
	l.environment(s.Environ)
	for _, name := range slices.Sorted(maps.Keys(s.Flags)) {
		k, ok := l.keys[name]
		if !ok || k.FileOnly {
			l.wrong(name, FromFlag, fmt.Errorf("there is no flag for %s", name))
			continue
		}
		l.set(k, FromFlag, s.Flags[name], func(err error) error { return fmt.Errorf("the flag --%s %w", k.Flag(), err) })
	}
	// What does not fit together may be due to what is missing because it was wrong.
	if len(l.problems) == 0 {
		if err := c.check(); err != nil {
			l.wrong("", "", fmt.Errorf("the configuration does not fit together: %w", err))
		}
		for _, err := range c.checkProviders() {
			l.wrong("sign_in.providers", FromFile, err)
		}
	}
	return *c, l.from, l.problems
}

// loading is a configuration that is being put together.
type loading struct {
	keys     map[string]Key
	lists    map[string]List
	from     map[string]Layer
	problems []Problem
}

func (l *loading) wrong(key string, layer Layer, err error) {
	l.problems = append(l.problems, Problem{Key: key, Layer: layer, Err: err})
}

func (l *loading) set(k Key, layer Layer, value string, said func(error) error) {
	if err := k.set(value); err != nil {
		l.wrong(k.Name, layer, said(err))
		return
	}
	l.from[k.Name] = layer
}

// Default is the configuration when nothing is set.
func Default() *Config {
	c := new(Config)
	for _, k := range c.Keys() {
		if err := k.set(k.Default); err != nil {
			panic("default of " + k.Name + " " + err.Error()) // a mistake in keys.go, which a test finds
		}
	}
	return c
}

func (l *loading) file(name string) {
	if name == "" {
		return
	}
	k := koanf.New(".")
	if err := k.Load(file.Provider(name), yaml.Parser()); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			l.wrong("", FromFile, fmt.Errorf("the configuration file %s does not exist", name))
			return
		}
		l.wrong("", FromFile, fmt.Errorf("read configuration file %s: %w", name, err))
		return
	}
	all := k.All()
	for _, key := range slices.Sorted(maps.Keys(all)) {
		if list, ok := l.lists[key]; ok {
			l.list(list, all[key])
			continue
		}
		known, ok := l.keys[key]
		if !ok {
			near := suggestion(key, slices.Concat(slices.Collect(maps.Keys(l.keys)), slices.Collect(maps.Keys(l.lists))))
			l.wrong(key, FromFile, fmt.Errorf("the configuration file %s has the unknown key %s%s", name, key, near))
			continue
		}
		said := func(err error) error { return fmt.Errorf("%s in the configuration file %s %w", key, name, err) }
		value, err := scalar(all[key])
		if err != nil {
			l.wrong(key, FromFile, said(err))
			continue
		}
		l.set(known, FromFile, value, said)
	}
}

func scalar(v any) (string, error) {
	switch v := v.(type) {
	case nil:
		return "", nil
	case string, bool, int, int64, uint64, float64:
		return fmt.Sprint(v), nil
	}
	return "", errors.New("must be one value, not a list or a group of keys")
}

func (l *loading) environment(environ []string) {
	byVariable := map[string]Key{}
	for _, k := range l.keys {
		byVariable[k.Variable()] = k
	}
	vars := koanf.New("\x00") // names are taken as they are
	provider := env.Provider("\x00", env.Opt{
		Prefix: variablePrefix, EnvironFunc: func() []string { return environ },
		TransformFunc: func(name, value string) (string, any) {
			if foreignVariable(name) {
				return "", nil
			}
			return name, value
		},
	})
	if err := vars.Load(provider, nil); err != nil {
		l.wrong("", FromEnvironment, fmt.Errorf("read environment: %w", err))
		return
	}
	for _, name := range slices.Sorted(slices.Values(vars.Keys())) {
		k, ok := byVariable[name]
		switch {
		case !ok:
			near := suggestion(name, slices.Collect(maps.Keys(byVariable)))
			l.wrong("", FromEnvironment, fmt.Errorf("the environment variable %s belongs to no key%s", name, near))
		case k.FileOnly:
			err := fmt.Errorf("%s cannot be set by the environment variable %s, only in the configuration file", k.Name, name)
			l.wrong(k.Name, FromEnvironment, err)
		default:
			l.set(k, FromEnvironment, vars.String(name), func(err error) error { return fmt.Errorf("the environment variable %s %w", name, err) })
		}
	}
}

// suggestion names the nearest of what exists, if one is near.
func suggestion(got string, known []string) string {
	slices.Sort(known)
	best, distance := "", len(got)/2+1
	for _, k := range known {
		if d := nearest.Distance(got, k); d < distance {
			best, distance = k, d
		}
		// The last part alone, as in "region" for aws.region.
		if strings.HasSuffix(k, "."+got) && distance > 1 {
			best, distance = k, 1
		}
	}
	if best == "" {
		return "; `team config print` lists all there are"
	}
	return fmt.Sprintf(`; did you mean %s?`, best)
}
