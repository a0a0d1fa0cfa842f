package fcvm.agent.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/// Several threads write new small files and wait for each until it is on the disk, as mail servers
/// and package managers do. Counts files.
final class SmallFiles implements Workload {
  private static final int THREADS = 4;
  private static final int FILES_EACH = 5;

  private final Scratch scratch;
  private final List<Callable<Integer>> parts;
  private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);

  SmallFiles(Fixture fixture) throws IOException {
    this.scratch = new Scratch(fixture);
    List<Path> files = scratch.files(THREADS * FILES_EACH);
    this.parts =
        IntStream.range(0, THREADS)
            .<Callable<Integer>>mapToObj(i -> {
              List<Path> own = files.subList(i * FILES_EACH, (i + 1) * FILES_EACH);
              return () -> write(own);
            })
            .toList();
  }

  @Override
  public long work() throws IOException, InterruptedException {
    long count = 0;
    try {
      for (Future<Integer> part : threads.invokeAll(parts)) {
        count += part.get();
      }
    } catch (ExecutionException e) {
      throw new IOException(e.getCause());
    }
    return count;
  }

  private int write(List<Path> files) throws IOException {
    ByteBuffer content = Fixture.content(Fixture.BLOCK);
    for (Path file : files) {
      try (FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        Fixture.writeAll(channel, content.rewind(), 0);
        channel.force(true);
      }
      scratch.unlink(file);
    }
    return files.size();
  }

  @Override
  public void close() {
    threads.close();
    scratch.close();
  }
}
