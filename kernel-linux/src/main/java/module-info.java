/// The only code of anyarch that calls the kernel through java.lang.foreign: implements
/// [org.anyarch.kernel].
@org.jspecify.annotations.NullMarked
module org.anyarch.kernel.linux {
  requires transitive org.anyarch.core;

  exports org.anyarch.kernel.linux;
}
