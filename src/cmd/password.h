/* password.h: passwords that the program makes for people: to be typed once and then changed or kept in a safe. */
#ifndef HEED_CMD_PASSWORD_H
#define HEED_CMD_PASSWORD_H

#define PASSWORD_MADE_SIZE 24

/* password_make: three groups of five from 31 letters and digits of which none look alike (74 bits). */
void password_make(char password[PASSWORD_MADE_SIZE]);

#endif
