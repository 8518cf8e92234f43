/// Steps to snapshots: runs what a plan says, in overlay mounts of the session. A snapshot is a
/// folder on disk that holds what one step changed; a stage is a chain of them. Knows nothing of
/// Containerfile text and nothing of image formats beyond unpacking a base. Start with [Solver].
package org.anyarch.build.solve;
