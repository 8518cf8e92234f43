/// SELinux as far as emulation meets it: labels as the kernel prints them, whether an ordinary
/// container may map a file with a label, and denials from logs in plain words. Knows the policies
/// of container-selinux (Fedora, RHEL) and of Bottlerocket; says so when it does not know. Start
/// with [LabelJudgement] and [Avc].
package org.anyarch.selinux;
