/// The host on which programs of other architectures are to run, outside of any session of ours:
/// finding out by trial which of them it runs, and, in `emit`, writing the files that make its
/// handlers last. What asks and what changes the kernel is elsewhere; processes that have to change
/// their namespaces are helpers of the module `native`. Start with [Verifier].
package org.anyarch.host;
