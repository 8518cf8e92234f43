package org.anyarch.build.containerfile;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A Containerfile, parsed.
///
/// @param globals the ARGs before the first FROM
/// @param escape the escape character
/// @param checks what the file itself asks of those who check it
/// @param statements all instructions in their order, with how they were written
public record Containerfile(
    List<Instruction.Arg> globals,
    List<Stage> stages,
    char escape,
    CheckSettings checks,
    List<Statement> statements) {

  /// A FROM and what follows it.
  public record Stage(Instruction.From from, List<Instruction> instructions) {
    public Stage {
      instructions = List.copyOf(instructions);
    }
  }

  public Containerfile {
    globals = List.copyOf(globals);
    stages = List.copyOf(stages);
    statements = List.copyOf(statements);
  }

  /// The number of a stage before the stage `limit`: the last of that name, in any case of letters,
  /// or the one of that number.
  public Optional<Integer> stageNamed(String name, int limit) {
    for (int i = limit - 1; i >= 0; i--) {
      if (!name.isEmpty() && stages.get(i).from().name().equalsIgnoreCase(name)) {
        return Optional.of(i);
      }
    }
    String number = name.replaceFirst("^(?i)stage-(?=\\d)", "");
    if (!number.matches("\\d{1,4}") || Integer.parseInt(number) >= limit) {
      return Optional.empty();
    }
    int stage = Integer.parseInt(number);
    boolean isShownSo = number.equals(name) || stages.get(stage).from().name().isEmpty();
    return isShownSo ? Optional.of(stage) : Optional.empty();
  }

  /// How `instruction` of this file was written.
  public Statement statement(Instruction instruction) {
    for (Statement statement : statements) {
      if (statement.instruction().equals(instruction)) {
        return statement;
      }
    }
    throw new IllegalArgumentException(instruction.location() + " is not in this file");
  }

  /// Reads an instruction that an image holds for those made FROM it.
  ///
  /// @param name what places in it are called by
  public static Instruction trigger(String text, String name) throws ContainerfileException {
    LineReader reader = new LineReader(name);
    List<Line> lines = reader.read(text);
    if (lines.size() != 1) {
      throw new ContainerfileException(
          new Location(name, 1, 1), "an ONBUILD trigger is one instruction, not " + lines.size());
    }
    InstructionParser parser = new InstructionParser(lines.getFirst(), reader.escape());
    parser.requireTrigger();
    return parser.parse();
  }

  /// Reads the text of a Containerfile.
  ///
  /// @param fileName what places in it are called by
  /// @throws ContainerfileException with line and column of the first fault; whatever is not
  ///   supported yet is refused by name
  public static Containerfile parse(String text, String fileName) throws ContainerfileException {
    LineReader reader = new LineReader(fileName);
    List<Line> lines = reader.read(text);
    List<Instruction.Arg> globals = new ArrayList<>();
    List<Stage> stages = new ArrayList<>();
    List<Statement> statements = new ArrayList<>();
    List<Instruction> current = new ArrayList<>();
    Instruction.From from = null;
    for (Line line : lines) {
      Instruction instruction = new InstructionParser(line, reader.escape()).parse();
      statements.add(statement(line, instruction));
      if (instruction instanceof Instruction.From next) {
        if (from != null) {
          stages.add(new Stage(from, current));
        }
        from = next;
        current = new ArrayList<>();
      } else if (from != null) {
        current.add(instruction);
      } else if (instruction instanceof Instruction.Arg arg) {
        globals.add(arg);
      } else {
        throw new ContainerfileException(
            instruction.location(), "only ARG may stand before the first FROM; begin with FROM");
      }
    }
    if (from == null) {
      throw new ContainerfileException(
          new Location(fileName, 1, 1), "there is no FROM, so there is nothing to build");
    }
    stages.add(new Stage(from, current));
    return new Containerfile(globals, stages, reader.escape(), reader.checks(), statements);
  }

  private static Statement statement(Line line, Instruction instruction) {
    String text = line.text().strip();
    return new Statement(
        instruction, text.split("\\s", 2)[0], text, line.comments(), line.hasGap());
  }
}
