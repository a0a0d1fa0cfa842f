package fcvm.cli;

import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/// `fcvm completions`.
final class CompletionsCommand implements Command {
  private static final List<String> SHELLS = List.of("bash", "zsh", "fish");

  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage()
        .customSynopsis("fcvm completions bash|zsh|fish")
        .footer(
            "",
            "For bash: source <(fcvm completions bash)",
            "For zsh:  fcvm completions zsh > \"$fpath[1]/_fcvm\"",
            "For fish: fcvm completions fish > ~/.config/fish/completions/fcvm.fish");
    spec.addPositional(
        PositionalParamSpec.builder()
            .index("0")
            .type(String.class)
            .paramLabel("SHELL")
            .completionCandidates(SHELLS)
            .description("bash, zsh or fish.")
            .build());
  }

  @Override
  public int run(ParseResult parsed, Invocation invocation) throws Exception {
    String shell = Option.get(parsed, 0, "");
    List<Completion> commands = Completion.all();
    invocation
        .streams()
        .print(
            switch (shell) {
              case "bash" -> BashCompletions.of(commands);
              case "zsh" -> ZshCompletions.of(commands);
              case "fish" -> FishCompletions.of(commands);
              default ->
                  throw new UsageException(
                      "no completions for '"
                          + Raw.text(shell)
                          + "', only for bash, zsh and fish"
                          + Suggestion.phrase(shell, SHELLS));
            });
    return 0;
  }
}
