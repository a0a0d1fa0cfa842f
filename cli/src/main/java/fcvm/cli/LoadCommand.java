package fcvm.cli;

import fcvm.container.image.ImageStore;
import fcvm.container.image.StoredImage;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// `fcvm load`.
final class LoadCommand implements Command {
  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage()
        .customSynopsis("fcvm load [OPTIONS] -i FILE")
        .footer(
            "",
            "FILE is an archive of OCI's or Docker's, or a directory of OCI's. All its images come into"
                + " the store under the names that they have in it, for the computer that --arch"
                + " names.");
    spec.addOption(Option.value("FILE", "The file to read.", "-i", "--input"));
  }

  @Override
  public int run(ParseResult parsed, Invocation invocation) throws Exception {
    Optional<String> file = Option.find(parsed, "--input");
    if (file.isEmpty()) {
      throw new UsageException("where from? Give -i FILE");
    }
    ImageStore store = ImageFlags.store(invocation);
    Path source = Path.of(Raw.text(file.get())).toAbsolutePath();
    return Interruptible.run(() -> {
      for (StoredImage image : store.load(source, ImageFlags.arch(invocation))) {
        invocation.streams().print(image.title() + "\n");
      }
      return 0;
    });
  }
}
