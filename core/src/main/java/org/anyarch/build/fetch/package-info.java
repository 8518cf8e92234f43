/// What ADD takes from the network: files of http and https, and git repositories. Nothing here
/// knows of images; what was fetched is a folder of this machine.
@org.jspecify.annotations.NullMarked
package org.anyarch.build.fetch;
