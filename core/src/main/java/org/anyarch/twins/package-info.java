/// Native twins: programs of this machine's own architecture that stand in for emulated ones whose
/// output does not depend on the CPU. [org.anyarch.twins.Twins] finds them for a root folder; which
/// may stand in is a list ([org.anyarch.twins.Profile]), kept honest by tests that run each both
/// ways. The decision at each exec is made by the dispatcher, a piece of C in a copy of the
/// emulator ([org.anyarch.twins.Dispatcher]), by a table that is made here
/// ([org.anyarch.twins.TwinTable]).
@org.jspecify.annotations.NullMarked
package org.anyarch.twins;
