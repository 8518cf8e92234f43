/// Help for the words in messages. Knows nothing of containers.
package org.anyarch.text;
