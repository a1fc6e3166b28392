import type { Sentence } from './sentence.ts';

/** `File exists` of the C library's translations (glibc 2.36, po/*.po), as mkdir prints it. */
const FILE_EXISTS = [
  'File exists',
  'Файл існуе',
  'Файлът съществува',
  'El fitxer ja existeix',
  'Soubor již existuje',
  'Filen eksisterer',
  'Die Datei existiert bereits',
  'Το αρχείο υπάρχει',
  'Dosiero jam ekzistas',
  'El fichero ya existe',
  'El archivo ya existe',
  'Tiedosto on olemassa',
  'Le fichier existe',
  'O ficheiro xa existe',
  'Datoteka postoji',
  'A fájl már létezik',
  'Berkas telah ada',
  'File già esistente',
  'ファイルが存在します',
  '파일이 있습니다',
  'Failas jau egzistuoja',
  'Bestand bestaat al',
  'Plik istnieje',
  'O ficheiro existe',
  'Arquivo existe',
  'Файл существует',
  'Súbor existuje',
  'Datoteka že obstaja',
  'Датотека постоји',
  'Filen existerar',
  'Dosya var',
  'Файл вже існує',
  'Tập tin đã sẵn có',
  '文件已存在',
  '檔案已存在',
];

/** The lock is a folder that `mkdir` makes: where it is there, another deploy has it. Kamal knows GNU's English alone. */
export const LOCK: readonly Sentence[] = [
  {
    cause: 'lock-held',
    says: new RegExp(`^mkdir: .*(?:${FILE_EXISTS.join('|')})$`),
    during: ['lock'],
    from: 'coreutils 8 and 9; busybox 1.3x, "can\'t create directory"; glibc 2.36, po; Kamal 2.0 to 2.12, lib/kamal/cli/base.rb',
  },
];

/**
 * Why the folder could not be made, where Kamal shows it (`-v`): it says "already in place" for each of them. mkdir writes its
 * name apart, so that SSHKit shows it as another line.
 */
export const NO_LOCK: readonly Sentence[] = [
  {
    cause: 'disk-full',
    says: /^(?:mkdir: ?)?cannot create directory .*: (?:No space left on device|Disk quota exceeded)$/,
    from: 'Linux, ENOSPC and EDQUOT; coreutils 8 and 9',
  },
  {
    cause: 'env-file-unusable',
    says: /^(?:mkdir: ?)?cannot create directory ['‘](?<subject>[^'’]+)['’]: Permission denied$/,
    from: 'Linux, EACCES; coreutils 8 and 9',
    variant: 'permission',
  },
];
