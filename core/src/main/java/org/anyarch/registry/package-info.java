/// Images in registries, by the OCI distribution specification: what they are called, who may have
/// them, and how they come and go. Settings are those that users already have for podman, skopeo
/// and docker; nothing here knows what a build is.
///
/// The client is our own, over `java.net.http`, since no library for Java does what is needed here:
/// keep a manifest's bytes as they came, without which its digest is another (Jib and oras write
/// them anew from their models), and fetch a blob to the end over connections that break.
///
/// Everything a registry says is untrusted. What comes is compared with its digest before anybody
/// sees it, everything has a bound, and a credential or token goes to nobody but whom it is for:
/// the registry, and the token service that the registry itself names over the same or a better
/// protected connection.
///
/// Start with [RegistryClient].
package org.anyarch.registry;
