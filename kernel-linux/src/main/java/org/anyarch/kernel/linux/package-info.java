/// System calls of Linux, with errno kept for each call. Interfaces live in [org.anyarch.kernel];
/// nothing outside this module touches java.lang.foreign. Start with `LinuxKernel`.
package org.anyarch.kernel.linux;
