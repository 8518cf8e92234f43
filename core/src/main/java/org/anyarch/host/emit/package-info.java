/// What makes handlers last on a host, as files for those who manage it: systemd units and
/// binfmt.d, Debian's update-binfmts, Bottlerocket user-data, a Kubernetes DaemonSet, a quadlet,
/// recipes for CI, an SELinux module. Nothing here is put in force: an [Emission] is text, the
/// place where it belongs, and the commands that put it in force. Start with [Emitters].
package org.anyarch.host.emit;
