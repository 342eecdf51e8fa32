// pulumi-resource-hcloud: Hetzner's own Terraform provider behind Pulumi's bridge, for machines that cannot download the
// released plugin. Nothing of the provider is changed.
//
//	pulumi-resource-hcloud generate DIRECTORY    writes schema.json and bridge-metadata.json there
//	pulumi-resource-hcloud ENGINE-ADDRESS        serves, with those two files read from beside the program
package main

import (
	"context"
	"log"
	"os"
	"path/filepath"

	"github.com/hetznercloud/terraform-provider-hcloud/hcloud"
	pfbridge "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/pf/tfbridge"
	pfgen "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/pf/tfgen"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge/tokens"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfshim"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfshim/sdk-v2"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// The version of npm's @pulumi/hcloud that this stands for; set by the linker.
var version = "1.0.0"

func main() {
	if len(os.Args) == 3 && os.Args[1] == "generate" {
		os.Args = []string{os.Args[0], "schema", "--skip-docs", "--skip-examples", "--out", os.Args[2]}
		pfgen.MainWithMuxer("hcloud", describe([]byte("{}")))
		return
	}
	program, err := os.Executable()
	if err != nil {
		log.Fatal(err)
	}
	pfbridge.MainWithMuxer(context.Background(), "hcloud", describe(read(program, "bridge-metadata.json")),
		read(program, "schema.json"))
}

func read(program string, name string) []byte {
	content, err := os.ReadFile(filepath.Join(filepath.Dir(program), name))
	if err != nil {
		log.Fatal(err)
	}
	return content
}

func describe(metadata []byte) tfbridge.ProviderInfo {
	info := tfbridge.ProviderInfo{
		P: pfbridge.MuxShimWithPF(context.Background(), sdkv2.NewProvider(hcloud.Provider()), hcloud.NewPluginProvider()),
		Name:         "hcloud",
		Version:      version,
		MetadataInfo: tfbridge.NewProviderMetadata(metadata),
		Resources: map[string]*tfbridge.ResourceInfo{
			// The provider takes absent alias addresses for changed ones: say that there are none.
			"hcloud_server": {PreCheckCallback: withAliasIps},
		},
	}
	info.MustComputeTokens(tokens.SingleModule("hcloud_", "index", tokens.MakeStandard("hcloud")))
	// Pulumi's identifiers are text.
	info.P.ResourcesMap().Range(func(name string, resource shim.Resource) bool {
		if id, found := resource.Schema().GetOk("id"); found && id.Type() != shim.TypeString {
			if info.Resources[name].Fields == nil {
				info.Resources[name].Fields = map[string]*tfbridge.SchemaInfo{}
			}
			info.Resources[name].Fields["id"] = &tfbridge.SchemaInfo{Type: "string"}
		}
		return true
	})
	info.SetAutonaming(255, "-")
	return info
}

func withAliasIps(
	_ context.Context, config resource.PropertyMap, _ resource.PropertyMap,
) (resource.PropertyMap, error) {
	networks := config["networks"]
	if !networks.IsArray() {
		return config, nil
	}
	for _, network := range networks.ArrayValue() {
		if network.IsObject() && !network.ObjectValue().HasValue("aliasIps") {
			network.ObjectValue()["aliasIps"] = resource.NewArrayProperty([]resource.PropertyValue{})
		}
	}
	return config, nil
}
