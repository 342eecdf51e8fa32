/**
 * The generated protocol buffers of Pulumi, without the rest of its SDK (which takes over a second to load).
 * They are CommonJS whose exports Node cannot see by name, hence the default imports.
 */

import engineService from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import engineProto from "@pulumi/pulumi/proto/engine_pb.js";
import pluginProto from "@pulumi/pulumi/proto/plugin_pb.js";
import providerService from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import providerProto from "@pulumi/pulumi/proto/provider_pb.js";
import statusProto from "@pulumi/pulumi/proto/status_pb.js";
import anyProto from "google-protobuf/google/protobuf/any_pb.js";
import emptyProto from "google-protobuf/google/protobuf/empty_pb.js";
import structProto from "google-protobuf/google/protobuf/struct_pb.js";

export {
  anyProto,
  emptyProto,
  engineProto,
  engineService,
  pluginProto,
  providerProto,
  providerService,
  statusProto,
  structProto,
};
