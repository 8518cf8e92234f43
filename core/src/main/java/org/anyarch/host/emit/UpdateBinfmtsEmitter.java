package org.anyarch.host.emit;

import java.util.ArrayList;
import java.util.List;
import org.anyarch.binfmt.Rule;
import org.anyarch.binfmt.RuleException;
import org.anyarch.platform.Bytes;

/// Format files of Debian's binfmt-support, which keeps a database of its own and registers from it
/// at boot.
final class UpdateBinfmtsEmitter implements Emitter {
  private static final String FOLDER = "/usr/share/binfmts/";
  private static final String PACKAGE = "anyarch";

  @Override
  public String name() {
    return "update-binfmts";
  }

  @Override
  public String summary() {
    return "format files for hosts with Debian's binfmt-support";
  }

  @Override
  public List<Emission> emit(EmitRequest request) throws EmitException {
    if (request.flags().openBinary() && !request.flags().credentials()) {
      throw new EmitException(
          "update-binfmts knows no flag O; give C, which includes it, or neither");
    }
    List<Rule> rules = request.rules();
    List<String> placing = request.placing();
    List<Emission> emissions = new ArrayList<>();
    for (Rule rule : rules) {
      List<String> how = new ArrayList<>();
      if (emissions.isEmpty()) {
        how.addAll(placing);
        how.add(
            "# if a package owns the file or the format (qemu-user-static, qemu-user-binfmt): use");
        how.add("# that package, or remove it first; update-binfmts refuses a second owner");
      }
      how.add("update-binfmts --package " + PACKAGE + " --import " + rule.name());
      emissions.add(new Emission(FOLDER + rule.name(), Emission.PLAIN, text(rule, request), how));
    }
    return emissions;
  }

  private static String text(Rule rule, EmitRequest request) throws EmitException {
    if (!(rule.match() instanceof Rule.Match.Magic magic)) {
      throw new EmitException("the rule " + rule.name() + " goes by no magic");
    }
    try {
      rule.registerString();
    } catch (RuleException e) {
      throw new EmitException(String.valueOf(e.getMessage()), e);
    }
    return """
        package %s
        interpreter %s
        magic %s
        offset %d
        mask %s
        credentials %s
        preserve %s
        fix_binary %s
        """
        .formatted(
            PACKAGE,
            rule.interpreter(),
            escaped(magic.magic()),
            magic.offset(),
            escaped(magic.mask()),
            yes(request.flags().credentials()),
            yes(request.flags().preserveArgv0()),
            yes(request.flags().fixBinary()));
  }

  private static String escaped(Bytes bytes) {
    return bytes.toString().replaceAll("(..)", "\\\\x$1");
  }

  private static String yes(boolean wanted) {
    return wanted ? "yes" : "no";
  }
}
