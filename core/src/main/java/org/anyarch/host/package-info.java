/// Handlers of a whole host, for those who need host-wide ones: `emit` writes the files that make
/// them last. Knows nothing of builds and of the command line.
package org.anyarch.host;
