// Prints the answers of Hetzner's API as Hetzner's own Go client declares them, as JSON: what the lab's API is compared with.
//
//	go run ./shapes > ../src/hetzner/published-shapes.json
//
// An object is its keys, a list is one shape in brackets, anything else is "value"; a key with "?" may be missing.
package main

import (
	"encoding/json"
	"log"
	"os"
	"reflect"
	"slices"
	"strings"

	"github.com/hetznercloud/hcloud-go/v2/hcloud/schema"
)

func main() {
	answers := map[string]any{
		"actions":          schema.ActionListResponse{},
		"action":           schema.ActionGetResponse{},
		"datacenters":      schema.DatacenterListResponse{},
		"error":            schema.ErrorResponse{},
		"firewalls":        schema.FirewallListResponse{},
		"firewall":         schema.FirewallGetResponse{},
		"images":           schema.ImageListResponse{},
		"locations":        schema.LocationListResponse{},
		"networks":         schema.NetworkListResponse{},
		"network":          schema.NetworkGetResponse{},
		"placement_groups": schema.PlacementGroupListResponse{},
		"placement_group":  schema.PlacementGroupGetResponse{},
		"pricing":          schema.PricingGetResponse{},
		"primary_ips":      schema.PrimaryIPListResponse{},
		"primary_ip":       schema.PrimaryIPGetResponse{},
		"server_types":     schema.ServerTypeListResponse{},
		"servers":          schema.ServerListResponse{},
		"server":           schema.ServerGetResponse{},
		"new server":       schema.ServerCreateResponse{},
		"ssh_keys":         schema.SSHKeyListResponse{},
		"ssh_key":          schema.SSHKeyGetResponse{},
		"volumes":          schema.VolumeListResponse{},
		"volume":           schema.VolumeGetResponse{},
		"new volume":       schema.VolumeCreateResponse{},
		"meta":             struct{ Meta schema.Meta }{},
	}
	shapes := map[string]any{}
	for name, answer := range answers {
		shapes[name] = shapeOf(reflect.TypeOf(answer), nil)
	}
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(shapes); err != nil {
		log.Fatal(err)
	}
}

// A type within itself is not gone into again.
func shapeOf(kind reflect.Type, within []reflect.Type) any {
	switch {
	case kind.Kind() == reflect.Pointer:
		return shapeOf(kind.Elem(), within)
	case kind.Kind() == reflect.Slice && kind.Elem().Kind() != reflect.Uint8:
		return []any{shapeOf(kind.Elem(), within)}
	case kind.Kind() == reflect.Struct && kind.PkgPath() != "time" && !isEncoded(kind) && !slices.Contains(within, kind):
		fields := map[string]any{}
		addFields(fields, kind, append(within, kind))
		return fields
	default:
		return "value"
	}
}

// Types that write themselves.
func isEncoded(kind reflect.Type) bool {
	marshaler := reflect.TypeOf((*json.Marshaler)(nil)).Elem()
	return kind.Implements(marshaler) || reflect.PointerTo(kind).Implements(marshaler)
}

func addFields(fields map[string]any, kind reflect.Type, within []reflect.Type) {
	for index := range kind.NumField() {
		field := kind.Field(index)
		name, options, _ := strings.Cut(field.Tag.Get("json"), ",")
		if field.Anonymous && name == "" {
			addFields(fields, field.Type, within)
			continue
		}
		if name == "-" {
			continue
		}
		if name == "" {
			name = strings.ToLower(field.Name)
		}
		if strings.Contains(options, "omitempty") {
			name += "?"
		}
		fields[name] = shapeOf(field.Type, within)
	}
}
