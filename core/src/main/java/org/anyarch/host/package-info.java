/// Handlers for a whole machine: where this process stands and whose binfmt_misc it would write to,
/// the ways to an instance that lasts, emulators on the host, what is there already, the plan and
/// its execution, proof, leases, undo, and a resident holder; in `emit`, the files that make them
/// last. Prints nothing; processes that have to change their namespaces are helpers of the module
/// `native`. Start with [Standpoint], then [Ground] and [Installation].
package org.anyarch.host;
