/// What anyarch asks of the Linux kernel beyond files: mounts, device nodes, extended attributes,
/// signals. Small interfaces in our own types; every failure is a [KernelException] that names what
/// was tried, on what, and the errno. The only implementation that reaches the kernel is the module
/// `kernel-linux`; tests use fakes. Start with [Kernel].
package org.anyarch.kernel;
