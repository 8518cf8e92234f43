/// anyarch as a library: platforms, ELF, binfmt_misc, emulators, OCI images, hosts, sessions and
/// builds. Pure Java: what has to be asked of the kernel beyond files goes through the interfaces
/// of [org.anyarch.kernel].
@org.jspecify.annotations.NullMarked
module org.anyarch.core {
  requires static transitive org.jspecify;
  requires java.net.http;
  requires tools.jackson.databind;
  requires tools.jackson.dataformat.toml;
  requires org.apache.commons.compress;
  requires org.tukaani.xz;

  exports org.anyarch.binfmt;
  exports org.anyarch.build;
  exports org.anyarch.build.containerfile;
  exports org.anyarch.build.export;
  exports org.anyarch.build.fetch;
  exports org.anyarch.build.lint;
  exports org.anyarch.build.outline;
  exports org.anyarch.build.plan;
  exports org.anyarch.build.solve;
  exports org.anyarch.elf;
  exports org.anyarch.emulator;
  exports org.anyarch.host;
  exports org.anyarch.host.emit;
  exports org.anyarch.kernel;
  exports org.anyarch.oci;
  exports org.anyarch.platform;
  exports org.anyarch.registry;
  exports org.anyarch.selinux;
  exports org.anyarch.session;
  exports org.anyarch.text;
  exports org.anyarch.twins;
}
