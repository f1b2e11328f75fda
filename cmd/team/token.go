package main

import "github.com/spf13/cobra"

func tokenCommand(c console) *cobra.Command {
	return &cobra.Command{Use: "token", Short: "x", GroupID: groupManage}
}
