package main

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/spf13/cobra"

	"github.com/team-idc/team/internal/access"
	"github.com/team-idc/team/internal/api"
)

func machineCommand(c console) *cobra.Command {
	cmd := &cobra.Command{
		Use: "machine", Aliases: []string{"machines"}, Short: "Make and manage machine clients: programs that use TEAM",
		GroupID: groupManage, Args: cobra.ArbitraryArgs, RunE: showHelp,
		Long: `A machine client is a program that asks for access on behalf of people, or proposes changes of policies. Making one gives
nobody anything: it asks for a person only where an eligibility policy of theirs names it (machines: [NAME]), within what
they could ask for themselves, and never for protected accounts. It never decides. What it proposes waits for an
administrator.

Every machine client has an owner, who answers for it: while that user is not enabled, the machine is nobody. The owner
sees, cancels and releases what it asked for, and does not decide on it.`,
		Example: `  team machine create deploy-bot --owner ada.minkowski --scope read,request
  team token issue --machine deploy-bot > deploy-bot.token
  TEAM_TOKEN_FILE=deploy-bot.token team request create --for-user akira.tanaka --account shop-prod \
      --role ReadOnlyAccess --for 30m --reason "Deployment 4711"`,
	}
	remote(cmd)
	cmd.AddCommand(
		machineListCommand(c), machineShowCommand(c), machineCreateCommand(c), machineEditCommand(c),
		machineSwitchCommand(c, "disable", "Make a machine client nobody, at once",
			"Its tokens stand for nobody from now on, and what it asked for and has not begun lapses. Its owner may do this too."),
		machineSwitchCommand(c, "enable", "Let a machine client work again",
			"Its tokens work again, unless they were revoked or have expired."),
		machineKeylessCommand(c), machineRotateCommand(c), machineTokenCommand(c),
	)
	return cmd
}

func machineListCommand(c console) *cobra.Command {
	var mine bool
	cmd := &cobra.Command{
		Use: "list", Aliases: []string{"ls"}, Short: "List machine clients", Args: cobra.NoArgs,
		Long:    "Lists all machine clients for administrators and auditors, and for others those they own.",
		Example: "  team machine list\n  team machine list --mine -o json",
		RunE: with(c, func(ctx context.Context, k *client, _ *cobra.Command, _ []string) error {
			list, err := k.machines(ctx, mine)
			if err != nil {
				return err
			}
			return k.show(list, func() { k.showMachines(list) })
		}),
	}
	cmd.Flags().BoolVar(&mine, "mine", false, "only those you own")
	return cmd
}

// machines lists those the caller may see, page by page.
func (c *client) machines(ctx context.Context, mine bool) (all api.MachineList, err error) {
	query := url.Values{"limit": {"200"}}
	if !mine {
		var me api.Me
		if err := c.get(ctx, "/me", nil, &me); err != nil {
			return all, err
		}
		if me.Administrator || me.Auditor {
			query.Set("scope", "all")
		}
	}
	all.Items = []api.Machine{}
	err = pages(ctx, c, "/machines", query, func(page api.MachineList) string {
		all.Items = append(all.Items, page.Items...)
		return page.NextCursor
	})
	return all, err
}

// machine finds a machine client by name or id.
func (c *client) machine(ctx context.Context, text string) (api.Machine, error) {
	if strings.HasPrefix(text, "mch_") {
		var m api.Machine
		err := c.get(ctx, "/machines/"+url.PathEscape(text), nil, &m)
		return m, err
	}
	all, err := c.machines(ctx, false)
	if err != nil {
		return api.Machine{}, err
	}
	var named []api.Named
	for _, m := range all.Items {
		if m.Name == text {
			return m, nil
		}
		named = append(named, api.Named{ID: m.ID, Name: m.Name})
	}
	_, err = pick("machine client", "machine list", text, named)
	return api.Machine{}, err
}

func (c *client) showMachines(list api.MachineList) {
	if len(list.Items) == 0 {
		fmt.Fprintln(c.console.out, "No machine clients.")
		return
	}
	w := table(c.console)
	fmt.Fprintln(w, "NAME\tSTATE\tOWNER\tSCOPES\tID")
	for _, m := range list.Items {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", m.Name, machineState(m), person(m.Owner), strings.Join(m.Scopes, ","), m.ID)
	}
	_ = w.Flush()
}

func machineState(m api.Machine) string {
	if m.Enabled {
		return "enabled"
	}
	return "disabled"
}

func (c *client) showMachine(m api.Machine) {
	w := table(c.console)
	line := func(name, text string) {
		if text != "" {
			fmt.Fprintf(w, "%s\t%s\n", name, text)
		}
	}
	line("machine", m.Name)
	line("id", m.ID)
	line("for", m.Description)
	line("owner", person(m.Owner))
	line("scopes", strings.Join(m.Scopes, ", "))
	state := machineState(m)
	if !m.Enabled {
		state += " since " + c.console.at(m.DisabledAt)
	}
	line("state", state)
	line("made", c.console.at(m.CreatedAt)+" by "+person(m.CreatedBy))
	_ = w.Flush()
}

func machineShowCommand(c console) *cobra.Command {
	return &cobra.Command{
		Use: "show NAME", Short: "Show a machine client and its tokens", Args: cobra.ExactArgs(1),
		Long:    "Shows a machine client by name or id: its owner, scopes and state, and for its owner and administrators the tokens that work.",
		Example: "  team machine show deploy-bot",
		RunE: with(c, func(ctx context.Context, k *client, _ *cobra.Command, args []string) error {
			m, err := k.machine(ctx, args[0])
			if err != nil {
				return err
			}
			if k.output != "table" {
				return k.show(m, func() {})
			}
			k.showMachine(m)
			tokens, err := k.tokens(ctx, tokenFilter{machine: m.ID})
			if err != nil {
				fmt.Fprintf(c.err, "its tokens are not shown: %v\n", err)
				return nil
			}
			fmt.Fprintln(k.console.out)
			k.showTokens(tokens)
			var ways api.KeylessList
			if err := k.get(ctx, keylessPath(m.ID), nil, &ways); err != nil {
				return err
			}
			if len(ways.Items) > 0 {
				fmt.Fprintln(k.console.out)
				k.showKeyless(ways)
			}
			return nil
		}),
	}
}

type machineFlags struct {
	name, owner, about string
	scopes             []string
}

func (f *machineFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.owner, "owner", "", "who answers for it, by user name or id")
	cmd.Flags().StringVar(&f.about, "description", "", "what it is for")
	cmd.Flags().StringSliceVar(&f.scopes, "scope", nil, "what it may do, separated by commas: "+scopeWords(access.MachineScopes()))
}

func machineCreateCommand(c console) *cobra.Command {
	var f machineFlags
	cmd := &cobra.Command{
		Use: "create NAME", Short: "Make a machine client (administrators)", Args: cobra.ExactArgs(1),
		Long: `Makes a machine client. It can do nothing yet: issue it a token, and name it in the eligibility policies of the people it is
to ask for (machines: [NAME]), which as a widening change a second administrator agrees to.

Scopes: read what it asked for, request access for people, and propose changes of policies or settings (for that its owner
must be an administrator, and issue its token).`,
		Example: "  team machine create deploy-bot --owner ada.minkowski --scope read,request --description \"Deployments of the shop\"",
		RunE: with(c, func(ctx context.Context, k *client, _ *cobra.Command, args []string) error {
			owner, err := k.user(ctx, f.owner)
			if err != nil {
				return err
			}
			var m api.Machine
			in := api.MachineBody{Name: args[0], Description: f.about, OwnerID: owner, Scopes: f.scopes}
			if err := k.create(ctx, "/machines", in, &m); err != nil {
				return err
			}
			return k.show(m, func() {
				k.showMachine(m)
				fmt.Fprintf(c.err, "Next: team machine keyless add %s, or team token issue --machine %s; "+
					"and name it in the policies of the people it is to ask for.\n", m.Name, m.Name)
			})
		}),
	}
	f.add(cmd)
	required(cmd, "owner", "scope")
	return cmd
}

func machineEditCommand(c console) *cobra.Command {
	var f machineFlags
	cmd := &cobra.Command{
		Use: "edit NAME", Short: "Change a machine client (administrators)", Args: cobra.ExactArgs(1),
		Long: `Changes what is given, and leaves the rest. A scope that is taken away is gone from its tokens at once; one that is added
comes to tokens that are issued afterwards. With a new owner all its tokens are revoked: whoever owned it may hold one.`,
		Example: "  team machine edit deploy-bot --owner akira.tanaka\n  team machine edit deploy-bot --name deployer --scope read,request",
		RunE: with(c, func(ctx context.Context, k *client, cmd *cobra.Command, args []string) error {
			m, err := k.machine(ctx, args[0])
			if err != nil {
				return err
			}
			in := m.MachineBody
			if f.owner != "" {
				if in.OwnerID, err = k.user(ctx, f.owner); err != nil {
					return err
				}
			}
			if cmd.Flags().Changed("description") {
				in.Description = f.about
			}
			if len(f.scopes) > 0 {
				in.Scopes = f.scopes
			}
			in.Name = firstOf(f.name, in.Name)
			if err := k.change(ctx, http.MethodPut, "/machines/"+url.PathEscape(m.ID), m.Version, in, &m); err != nil {
				return err
			}
			return k.show(m, func() { k.showMachine(m) })
		}),
	}
	f.add(cmd)
	cmd.Flags().StringVar(&f.name, "name", "", "another name")
	cmd.MarkFlagsOneRequired("name", "owner", "description", "scope")
	return cmd
}

func machineSwitchCommand(c console, verb, short, long string) *cobra.Command {
	return &cobra.Command{
		Use: verb + " NAME", Short: short, Long: long, Args: cobra.ExactArgs(1), Example: "  team machine " + verb + " deploy-bot",
		RunE: with(c, func(ctx context.Context, k *client, _ *cobra.Command, args []string) error {
			m, err := k.machine(ctx, args[0])
			if err != nil {
				return err
			}
			if err := k.post(ctx, "/machines/"+url.PathEscape(m.ID)+"/"+verb, nil, &m); err != nil {
				return err
			}
			return k.show(m, func() { k.showMachine(m) })
		}),
	}
}
