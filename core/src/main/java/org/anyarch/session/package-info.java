/// A session: the private user, mount and PID namespace with its own binfmt_misc that this process
/// was started in, and what runs in it: handlers for guests, OCI containers. Entering happens
/// before the JVM starts, in the helper of the module `native`, because the kernel refuses a new
/// user namespace to a process with threads; this package reads what the helper reached and
/// explains it when it failed. Builds live above, in `org.anyarch.build`. Start with [Session].
package org.anyarch.session;
