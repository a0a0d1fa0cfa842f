# What people do in a volume: archives, repositories, databases, random writes, holes. In the
# container; /work is the volume. Says what the other side must find there.
#
#   programs.sh FILES    small files of the source tree; the rest grows with it
set -euo pipefail
export PATH=/usr/bin:/usr/sbin HOME=/root GIT_CONFIG_GLOBAL=/dev/null
files=$1

done_with() {
  echo "took $SECONDS s: $1" >&2
  SECONDS=0
}

# A tree of small files with all kinds of names, permissions, owners, links and times.
make_tree() {
  perl -e '
    my ($root, $files) = @ARGV;
    mkdir $root or die "$root: $!";
    for my $i (0 .. $files - 1) {
      my $dir = "$root/d" . int($i / 100);
      if ($i % 100 == 0) {
        mkdir $dir and mkdir "$dir/\xc3\xb6" or die "$dir: $!";
      }
      my $file = "$dir/\xc3\xb6/file $i";
      open my $out, ">", $file or die "$file: $!";
      print $out "$i " x ($i * 7919 % 500) or die "$file: $!";
      close $out or die "$file: $!";
      if ($i % 10 == 0) {
        symlink "file $i", "$dir/link$i" or die "$file: $!";
        link $file, "$dir/hard$i" or die "$file: $!";
        chown 1000 + $i % 7, 100, $file or die "$file: $!";
      }
      chmod((0644, 0755, 0600, 04711)[$i % 4], $file) or die "$file: $!";
      utime 1000000000 + $i, 1000000000 + $i, $file or die "$file: $!";
    }' "$1" "$2"
}

sum_of_tree() {
  tar --sort=name --numeric-owner -cf - -C "$1" . | sha256sum
}

archive() {
  make_tree /root/tree "$files"
  tar --sort=name --numeric-owner -cf /root/tree.tar -C /root/tree .
  done_with "a tree of $files files, and its archive, on the VM's own disk"
  mkdir /work/tree
  tar --numeric-owner -xpf /root/tree.tar -C /work/tree
  done_with "unpacked into the volume"
  sum=$(sum_of_tree /work/tree)
  test "$sum" = "$(sha256sum < /root/tree.tar)"
  echo "tree ${sum%% *}"
  done_with "packed out of the volume"
}

repository() {
  mkdir /work/repository
  cd /work/repository
  git init -q -b main
  git config user.name t
  git config user.email t@localhost
  for part in 1 2 3 4; do
    make_tree "part$part" "$((files < 4000 ? files / 4 : 1000))"
    git add -A
    git commit -q -m "part $part"
  done
  git mv part1 moved
  git commit -q -a -m moved
  done_with "five commits"
  git gc -q
  git fsck --full --strict --no-progress >&2
  test -z "$(git status --porcelain)"
  done_with "git gc, fsck, status"
  git clone -q /work/repository /root/clone
  test "$(git -C /root/clone rev-parse 'HEAD^{tree}')" = "$(git rev-parse 'HEAD^{tree}')"
  echo "repository $(git rev-parse HEAD) $(git rev-list --count HEAD)"
  done_with "git clone"
}

database() {
  journal=$1
  rows=$((files < 4000 ? 10 : 100))
  cd /work
  sqlite3 "$journal.db" "PRAGMA journal_mode=$journal; CREATE TABLE t (writer, i, filler)" >&2
  writers=()
  for writer in 1 2 3 4; do
    for ((i = 0; i < rows; i++)); do
      echo "INSERT INTO t VALUES ($writer, $i, hex(randomblob(900)));"
    done | sqlite3 -bail -cmd '.timeout 600000' "$journal.db" &
    writers+=($!)
  done
  for writer in "${writers[@]}"; do
    wait "$writer"
  done
  check='PRAGMA integrity_check; SELECT count(DISTINCT writer * 1000 + i) FROM t'
  test "$(sqlite3 "$journal.db" "$check")" = "ok
$((4 * rows))"
  echo "$journal $((4 * rows))"
  done_with "four writers of a database with journal_mode=$journal"
}

random_writes() {
  mkdir /work/fio
  size=$((files < 4000 ? 4 : 256))m
  # Two threads each; fio reads all back and compares.
  fio --directory=/work/fio --size="$size" --ioengine=psync --rw=randwrite --numjobs=2 --thread \
    --verify=crc32c --do_verify=1 --verify_fatal=1 --end_fsync=1 --minimal \
    --name=buffered --bsrange=512-64k --fsync=100 \
    --name=direct --stonewall --bs=4k --direct=1 > /dev/null
  echo "fio $(cat /work/fio/* | sha256sum | cut -d ' ' -f 1)"
  done_with "fio: random writes of 4 x $size, verified"
}

holes() {
  truncate -s 4G /work/sparse
  for at in 1 2048 3500; do
    echo "at $at" | dd of=/work/sparse bs=1M seek=$at conv=notrunc status=none
  done
  cp /work/sparse /work/copy
  tar -C /work -cSf /root/sparse.tar sparse
  rm /work/sparse
  tar -C /work -xSf /root/sparse.tar
  for file in /work/sparse /work/copy; do
    test "$(stat -c %s $file)" = 4294967296
    test "$(stat -c %b $file)" -lt 1024
    for at in 1 2048 3500; do
      test "$(dd if=$file bs=1M skip=$at count=1 status=none | head -n 1)" = "at $at"
    done
  done
  done_with "a file of 4 GiB with holes, copied and through tar"
}

archive
repository
database delete
database wal
random_writes
holes
