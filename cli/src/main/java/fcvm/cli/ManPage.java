package fcvm.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/// A command's manual page, `man(7)`, from the same description as its help.
final class ManPage {
  private final StringBuilder page = new StringBuilder();

  private ManPage() {}

  /// The name of a command's page, without its section.
  static String name(String command) {
    return command.isEmpty() ? "fcvm" : "fcvm-" + command.replace(' ', '-');
  }

  /// The page of one command.
  static String of(Commands.Entry entry) {
    ManPage page = new ManPage();
    page.head(name(entry.name()), entry.summary());
    CommandSpec spec = entry.spec();
    page.synopsis(spec);
    page.section("DESCRIPTION").text(entry.summary() + ".");
    page.arguments(spec);
    page.options(spec);
    page.footer(spec);
    page.seeAlso(List.of("fcvm"));
    return page.page.toString();
  }

  /// The page of the program, which leads to the others.
  static String ofProgram() {
    ManPage page = new ManPage();
    page.head("fcvm", "OCI containers in microVMs");
    page.section("SYNOPSIS").line(".B fcvm").text("[OPTIONS] COMMAND [ARG...]");
    page.section("DESCRIPTION");
    page.text("Runs each container, through Podman, in a microVM of its own.");
    page.options(Dispatch.groupSpec(""));
    page.section("COMMANDS");
    List<String> pages = new ArrayList<>();
    for (Commands.Entry entry : Commands.TABLE) {
      page.line(".TP").line(".B fcvm " + escaped(entry.name())).text(entry.summary() + ".");
      pages.add(name(entry.name()));
    }
    page.seeAlso(pages);
    return page.page.toString();
  }

  private void head(String name, String summary) {
    line(".TH " + name.toUpperCase(java.util.Locale.ROOT) + " 1 \"\" \"fcvm\" \"fcvm manual\"");
    section("NAME")
        .text(name + " - " + Character.toLowerCase(summary.charAt(0)) + summary.substring(1));
  }

  private void synopsis(CommandSpec spec) {
    section("SYNOPSIS");
    String[] custom = spec.usageMessage().customSynopsis();
    if (custom.length == 0) {
      line(".B " + escaped(spec.name())).text("[OPTIONS]");
    }
    for (String form : custom) {
      text(form);
    }
  }

  private void arguments(CommandSpec spec) {
    if (!spec.positionalParameters().isEmpty()) {
      section("ARGUMENTS");
    }
    for (PositionalParamSpec argument : spec.positionalParameters()) {
      line(".TP").line(".I " + escaped(argument.paramLabel()));
      text(String.join(" ", argument.description()));
    }
  }

  private void options(CommandSpec spec) {
    section("OPTIONS");
    for (OptionSpec option : spec.options()) {
      if (option.hidden()) {
        continue;
      }
      StringBuilder names = new StringBuilder();
      for (String name : option.names()) {
        names
            .append(names.isEmpty() ? "" : ", ")
            .append("\\fB")
            .append(escaped(name))
            .append("\\fR");
      }
      if (option.arity().max() > 0) {
        names.append(option.arity().min() == 0 ? "[=" : " ");
        names.append("\\fI").append(escaped(option.paramLabel())).append("\\fR");
        names.append(option.arity().min() == 0 ? "]" : "");
      }
      line(".TP").line(names.toString()).text(String.join(" ", option.description()));
    }
  }

  private void footer(CommandSpec spec) {
    String[] footer = spec.usageMessage().footer();
    if (footer.length > 0) {
      section("NOTES");
    }
    for (String paragraph : footer) {
      if (!paragraph.isEmpty()) {
        line(".PP").text(paragraph);
      }
    }
  }

  private void seeAlso(List<String> pages) {
    section("SEE ALSO");
    List<String> names = pages.stream().map(name -> "\\fB" + escaped(name) + "\\fR(1)").toList();
    line(String.join(",\n", names));
  }

  private ManPage section(String title) {
    return line(".SH " + title);
  }

  private ManPage text(String text) {
    for (String one : text.split("\n", -1)) {
      String escaped = escaped(one.strip());
      // A line that begins with these is a request.
      line(escaped.startsWith(".") || escaped.startsWith("'") ? "\\&" + escaped : escaped);
    }
    return this;
  }

  private ManPage line(String line) {
    if (!line.isEmpty()) {
      page.append(line).append('\n');
    }
    return this;
  }

  /// Text as roff's input.
  static String escaped(String text) {
    return text.replace("\\", "\\e").replace("-", "\\-").replace("%n", "\n").replace("%%", "%");
  }
}
