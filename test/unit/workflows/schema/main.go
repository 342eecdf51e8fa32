// Checks workflows the way runners do that descend from act, before they run anything: keys, types, contexts and functions of
// expressions, by the strict schema. Says every fault; exits 1 when there is one.
package main

import (
	"fmt"
	"os"

	"github.com/nektos/act/pkg/schema"
	"gopkg.in/yaml.v3"
)

func check(path string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	var document yaml.Node
	if err := yaml.Unmarshal(text, &document); err != nil {
		return err
	}
	workflow := schema.Node{Definition: "workflow-root-strict", Schema: schema.GetWorkflowSchema()}
	return workflow.UnmarshalYAML(&document)
}

func main() {
	status := 0
	for _, path := range os.Args[1:] {
		if err := check(path); err != nil {
			fmt.Printf("%s: %v\n", path, err)
			status = 1
		}
	}
	os.Exit(status)
}
