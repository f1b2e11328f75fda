package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

func machineTokenCommand(c console) *cobra.Command {
	var name string
	cmd := &cobra.Command{
		Use: "token", Short: "Get a short-lived token of a machine client for an ID token, and print it", Args: cobra.NoArgs,
		Long: `Shows the ID token of this job or workload to TEAM, and prints the token of the machine client that TEAM gives for it: valid
for 15 minutes at most. Nothing secret has to be stored anywhere.

The other commands do this by themselves where TEAM_MACHINE names the machine client and there is an ID token, and no
other token. This one is for scripts that call the API.

The ID token is in TEAM_ID_TOKEN, or in the file that TEAM_ID_TOKEN_FILE names; GitHub's runner is asked for one, for the
audience in TEAM_ID_TOKEN_AUDIENCE or else the address of TEAM. It can be used once; the token that came of it is kept in
the cache folder of the user ($XDG_CACHE_HOME or ~/.cache), so that a job may call more than one command with it.`,
		Example: `  TEAM_MACHINE=deploy-bot team ensure --account shop-prod --role ReadOnlyAccess --for 30m --reason "Deployment 4711"
  curl -H "Authorization: Bearer $(team machine token --machine deploy-bot)" https://team.example.com/api/v1/me`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			output, err := outputOf(cmd)
			if err != nil {
				return err
			}
			named, _ := cmd.Flags().GetString("server")
			base, err := serverAddress(firstOf(named, c.variable("TEAM_URL"), defaultServer))
			if err != nil {
				return err
			}
			machine := firstOf(name, c.variable("TEAM_MACHINE"))
			if machine == "" {
				return usagef("say which machine client: --machine or TEAM_MACHINE")
			}
			t, err := machineToken(cmd.Context(), c, base, machine)
			if err != nil {
				return err
			}
			k := &client{console: c, output: output}
			return k.show(t, func() {
				fmt.Fprintln(c.out, t.Secret)
				fmt.Fprintf(c.err, "token %s of %s for %s, valid until %s\n",
					t.ID, firstOf(t.Machine.Name, t.Machine.ID), strings.Join(t.Scopes, ", "), c.at(t.ExpiresAt))
			})
		},
	}
	cmd.Flags().StringVar(&name, "machine", "", "machine client, by name or id; default $TEAM_MACHINE")
	return cmd
}
