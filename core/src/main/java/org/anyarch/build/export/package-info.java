/// Snapshots to images: packs what the steps changed into layers, writes configuration, manifest
/// and index into an OCI layout. What it writes depends on the snapshots and the plan alone. Start
/// with [ImageWriter].
package org.anyarch.build.export;
