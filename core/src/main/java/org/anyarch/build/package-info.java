/// From a Containerfile to an image index, room by room: `containerfile` (text to instructions),
/// `plan` (instructions to steps for one platform), `solve` (steps to snapshots), `export`
/// (snapshots to layers, configurations and indexes). This package holds what the rooms share and
/// the door: [Builder].
package org.anyarch.build;
