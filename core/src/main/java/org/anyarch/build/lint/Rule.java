package org.anyarch.build.lint;

import org.anyarch.build.containerfile.ContainerfileException;
import org.anyarch.build.containerfile.Location;

/// What is looked for, by the names that BuildKit has published.
@SuppressWarnings("ImmutableEnumChecker") // the checks are methods without any state
public enum Rule {
  STAGE_NAME_CASING(
      "StageNameCasing",
      "stage names are lower case",
      "write the name in lower case",
      StageRules::nameCasing),
  FROM_AS_CASING(
      "FromAsCasing",
      "FROM and AS are of one case",
      "write FROM … AS or from … as",
      WritingRules::asCasing),
  NO_EMPTY_CONTINUATION(
      "NoEmptyContinuation",
      "no empty line within an instruction",
      "remove the empty line, or make it a comment",
      WritingRules::emptyContinuation),
  CONSISTENT_INSTRUCTION_CASING(
      "ConsistentInstructionCasing",
      "all instructions are of one case",
      "write it as most others in the file are",
      WritingRules::instructionCasing),
  DUPLICATE_STAGE_NAME(
      "DuplicateStageName",
      "stage names are unique",
      "give one of the stages another name",
      StageRules::duplicates),
  RESERVED_STAGE_NAME(
      "ReservedStageName",
      "no stage has a name with a meaning of its own",
      "give the stage another name",
      StageRules::reserved),
  JSON_ARGS_RECOMMENDED(
      "JSONArgsRecommended",
      "CMD and ENTRYPOINT are JSON arrays",
      "write [\"program\", \"argument\"], or set SHELL if a shell is meant",
      StageRules::shellForms),
  MAINTAINER_DEPRECATED(
      "MaintainerDeprecated",
      "MAINTAINER is out of use",
      "write LABEL org.opencontainers.image.authors=\"…\"",
      WritingRules::maintainer),
  UNDEFINED_ARG_IN_FROM(
      "UndefinedArgInFrom",
      "FROM uses declared arguments only",
      "declare it with ARG before the first FROM",
      FromRules::undefined),
  UNDEFINED_VAR(
      "UndefinedVar",
      "variables are declared before they are used",
      "declare it with ARG or ENV in this stage, or correct its name",
      VariableRules::undefined),
  WORKDIR_RELATIVE_PATH(
      "WorkdirRelativePath",
      "the first WORKDIR of a stage is absolute",
      "write the whole path",
      StageRules::relativeWorkdir),
  MULTIPLE_INSTRUCTIONS_DISALLOWED(
      "MultipleInstructionsDisallowed",
      "CMD, ENTRYPOINT and HEALTHCHECK stand once in a stage",
      "remove all but the last",
      StageRules::overridden),
  LEGACY_KEY_VALUE_FORMAT(
      "LegacyKeyValueFormat",
      "ENV and LABEL have an equals sign",
      "write NAME=VALUE",
      WritingRules::legacyPairs),
  INVALID_BASE_IMAGE_PLATFORM(
      "InvalidBaseImagePlatform",
      "base images are for the platform that is built",
      "take an image that is for the platform, or say FROM --platform=",
      FromRules::basePlatform),
  REDUNDANT_TARGET_PLATFORM(
      "RedundantTargetPlatform",
      "no --platform=$TARGETPLATFORM",
      "remove --platform: it says what holds anyway",
      FromRules::redundantPlatform),
  SECRETS_USED_IN_ARG_OR_ENV(
      "SecretsUsedInArgOrEnv",
      "no secrets in ARG and ENV",
      "use RUN --mount=type=secret: arguments and environment stay in the image",
      VariableRules::secrets),
  INVALID_DEFAULT_ARG_IN_FROM(
      "InvalidDefaultArgInFrom",
      "FROM names an image also without build arguments",
      "give the ARG a default",
      FromRules::invalidDefault),
  FROM_PLATFORM_FLAG_CONST_DISALLOWED(
      "FromPlatformFlagConstDisallowed",
      "no constant in FROM --platform",
      "use $BUILDPLATFORM or $TARGETPLATFORM, or leave it out and give --platform to the build",
      FromRules::constantPlatform),
  COPY_IGNORED_FILE(
      "CopyIgnoredFile",
      "COPY and ADD name no file that .dockerignore hides",
      "take the pattern out of .dockerignore, or do not copy the file",
      StageRules::ignoredFiles),
  INVALID_DEFINITION_DESCRIPTION(
      "InvalidDefinitionDescription",
      "a comment before ARG or FROM describes it",
      "begin it with the name, or put an empty comment line (#) between",
      WritingRules::descriptions),
  EXPOSE_PROTO_CASING(
      "ExposeProtoCasing",
      "protocols in EXPOSE are lower case",
      "write /tcp or /udp",
      WritingRules::protocolCasing),
  EXPOSE_INVALID_FORMAT(
      "ExposeInvalidFormat",
      "EXPOSE has ports of the container alone",
      "leave address and host port to those who start the container",
      WritingRules::portMappings);

  /// Takes what a rule finds.
  interface Report {
    void add(Location location, String message);
  }

  /// Looks for what one rule is about.
  interface Check {
    void check(Subject subject, Report report) throws ContainerfileException;
  }

  private final String published;
  private final String summary;
  private final String remedy;
  private final Check check;

  Rule(String published, String summary, String remedy, Check check) {
    this.published = published;
    this.summary = summary;
    this.remedy = remedy;
    this.check = check;
  }

  /// The name that `# check=skip=` takes.
  public String published() {
    return published;
  }

  /// What holds where the rule is kept.
  public String summary() {
    return summary;
  }

  /// What to do where it is broken.
  public String remedy() {
    return remedy;
  }

  /// Where the documentation speaks of it.
  public String page() {
    return "docs/lint/" + published + ".md";
  }

  /// Whether it is only looked at when `# check=experimental=` names it.
  public boolean isExperimental() {
    return this == INVALID_DEFINITION_DESCRIPTION;
  }

  void check(Subject subject, Report report) throws ContainerfileException {
    check.check(subject, report);
  }
}
