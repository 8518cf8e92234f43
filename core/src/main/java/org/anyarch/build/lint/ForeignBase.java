package org.anyarch.build.lint;

import org.anyarch.build.containerfile.Location;

/// A base image that is there for one platform alone, which is not the one that is built for.
///
/// @param location where FROM names it
public record ForeignBase(Location location, String image, String wanted, String own) {}
