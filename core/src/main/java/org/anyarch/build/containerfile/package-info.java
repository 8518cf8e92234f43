/// Containerfile text to instructions with their places, the expansion of variables, and
/// .dockerignore. The measure is BuildKit's behaviour. Knows no platform, no file but the text it
/// is given, and nothing of what instructions do. Start with [Containerfile].
package org.anyarch.build.containerfile;
