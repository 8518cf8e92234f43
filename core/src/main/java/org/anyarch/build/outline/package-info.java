/// What a Containerfile offers to those who build it: its stages, and the arguments, secrets and
/// SSH agents that one of them takes. Looks at the text alone. Start with [Outline] and [Target].
package org.anyarch.build.outline;
