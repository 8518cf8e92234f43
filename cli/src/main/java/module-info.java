/// The `anyarch` command.
@org.jspecify.annotations.NullMarked
module org.anyarch.cli {
  requires org.anyarch.core;
  requires org.anyarch.kernel.linux;
  requires tools.jackson.databind;
}
